import assert from 'node:assert/strict';
import fs, {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {networkDenoiser} from '../../src/denoisers/network';
import {trainRun} from '../../src/experiments/train-run';
import type {TrainRun} from '../../src/experiments/train-run';
import {canonicalJson} from '../../src/store/canonical';
import {openRunStore} from '../../src/store/run-store';
import type {RunStore} from '../../src/store/run-store';
import {readSafetensors} from '../../src/store/safetensors';
import {trainOptions} from '../../src/training/options';
import {modelFor} from '../../src/training/model-for';
import type {OnProgress} from '../../src/types';
import {tinyDataset} from '../tiny-dataset';

const dataset = tinyDataset(6, [4, 4, 1], 1);
const heldOut = tinyDataset(3, [4, 4, 1], 2);
const options = trainOptions({
  width: 4, channelMult: [1], steps: 30, batchSize: 4, warmupSteps: 2, checkpoints: [5, 20],
});
const roots: string[] = [];
after(() => roots.forEach((root) => rmSync(root, {recursive: true})));

function newStore() {
  const root = mkdtempSync(path.join(tmpdir(), 'train-run-test-'));
  roots.push(root);
  const warnings: string[] = [];
  const run = (onProgress?: OnProgress): Promise<TrainRun> => trainRun(
      openRunStore(root, {warn: (message) => warnings.push(message), onProgress}),
      {dataset, heldOut, options});
  return {run, warnings, root};
}
/** Progress that kills the run at step 20, after the checkpoint. */
const killAt20: OnProgress = ({done}) => {
  if (done === 20) throw new Error('the power went out');
};
const checkpoint = (folder: string, step: number): Buffer => readFileSync(path.join(
    folder, 'checkpoints', `step-${String(step).padStart(7, '0')}.safetensors`));
const never = (): never => assert.fail('trained again');
const withoutTime = (run: TrainRun) => run.log.map(({seconds: _, ...row}) => row);

const whole = newStore();
const trained = whole.run();

test('training is stored with its checkpoints and log, and loaded the next time', async () => {
  const run = await trained;
  assert.equal(run.stored.loaded, false);
  assert.deepEqual(run.log.map(({step}) => step), [5, 20, 30]);
  assert.deepEqual(readdirSync(path.join(run.stored.folder, 'checkpoints')),
      ['step-0000005.safetensors', 'step-0000020.safetensors', 'step-0000030.safetensors']);
  const again = await whole.run(never);
  assert.equal(again.stored.loaded, true);
  assert.deepEqual(again.log, run.log);
  const lines = readFileSync(path.join(run.stored.folder, 'log.jsonl'), 'utf8').trim().split('\n');
  assert.deepEqual(lines.map((line) => JSON.parse(line)), run.log);
  assert.deepEqual(whole.warnings, []);
});

test('a denoiser has the stored weights: the last average unless told otherwise', async () => {
  const run = await trained;
  const [img, sigma] = [tf.ones<tf.Rank.R4>([2, 4, 4, 1]), tf.tensor1d([0.3, 5])];
  const before = tf.memory().numTensors;
  for (const [step, which] of [
    [undefined, undefined], [5, undefined], [5, 'weights'], [20, 'average'],
  ] as const) {
    const file = path.join(run.stored.folder, 'checkpoints',
        `step-${String(step ?? 30).padStart(7, '0')}.safetensors`);
    const values = readSafetensors(file).tensors.get(which ?? 'average')!.data as Float32Array;
    const direct = networkDenoiser(
        modelFor(options, [4, 4, 1]), values, {eager: true});
    const denoiser = run.denoiser(step, which);
    assert.equal(denoiser.name, `network (N = 6, width 4, ${step ?? 30} steps)`);
    tf.tidy(() => {
      const [a, b] = [denoiser, direct].map((each) => each.denoise(img, sigma).dataSync());
      a!.forEach((value, i) => assert.ok(Math.abs(value - b![i]!) < 1e-5));
    });
    denoiser.dispose();
    direct.dispose();
  }
  assert.equal(tf.memory().numTensors, before);
  tf.dispose([img, sigma]);
});

test('a step without a checkpoint is refused with the list of those there are', async () => {
  const run = await trained;
  for (const step of [0, 6, 31, NaN]) {
    assert.throws(() => run.denoiser(step), {name: 'RangeError',
      message: `checkpointParameters: expected a checkpoint step (5, 20, 30), got ${step}`});
  }
});

test('an interrupted run goes on and ends with the bytes of an uninterrupted one', async () => {
  const {folder} = (await trained).stored;
  const {run, warnings} = newStore();
  await assert.rejects(run(killAt20), /the power went out/);
  const seen: number[] = [];
  const resumed = await run(({done}) => seen.push(done));
  assert.deepEqual([seen[0], seen.at(-1)], [21, 30], 'the first 20 steps are not repeated');
  for (const step of [5, 20, 30]) {
    assert.deepEqual(checkpoint(resumed.stored.folder, step), checkpoint(folder, step));
  }
  assert.deepEqual(withoutTime(resumed), withoutTime(await trained));
  assert.deepEqual(warnings, []);
});

test('an interrupted run with a damaged checkpoint starts anew and says why', async () => {
  const {run, warnings, root} = newStore();
  await assert.rejects(run(killAt20), /the power went out/);
  const [id] = readdirSync(root);
  const file = path.join(root, id!, 'checkpoints', 'step-0000005.safetensors');
  writeFileSync(file, readFileSync(file).subarray(0, -1));
  const seen: number[] = [];
  const again = await run(({done}) => seen.push(done));
  assert.deepEqual([seen[0], seen.at(-1)], [1, 30]);
  assert.equal(warnings.length, 1);
  assert.ok(warnings[0]!.startsWith(`${file}: the content does not match`), warnings[0]);
  assert.deepEqual(withoutTime(again), withoutTime(await trained));
});

test('other images, held-out images or options make another run', async () => {
  const asked: string[] = [];
  const store: RunStore = {
    root: '', file: never, find: never, named: never, state: never,
    run(request) {
      asked.push(canonicalJson({...request}));
      throw new Error('not stored');
    },
  };
  const base = {dataset, heldOut, options};
  for (const request of [
    base, {...base, dataset: tinyDataset(6, [4, 4, 1], 9)},
    {...base, heldOut: tinyDataset(3, [4, 4, 1], 9)}, {...base, options: {...options, seed: 1}},
    base,
  ]) {
    await assert.rejects(trainRun(store, request), /not stored/);
  }
  assert.deepEqual([new Set(asked).size, asked.at(-1)], [4, asked[0]]);
});

test('a training that memory or disk cannot hold is refused before it starts', async (t) => {
  const {root} = newStore();
  const large = {
    dataset, heldOut, options: trainOptions({...options, width: 256, batchSize: 1 << 16}),
  };
  const store = openRunStore(root);
  await assert.rejects(trainRun(store, large), {message: new RegExp(
      '^training on tiny-1, width 256: needs about [\\d.]+ GiB of memory, [\\d.]+ [GM]iB are ' +
      'available; close other programs')});
  t.mock.method(fs, 'statfsSync', () => ({bavail: 10, bsize: 4096}));
  await assert.rejects(
      trainRun(store, {...large, options: {...large.options, batchSize: 4}}),
      {message: new RegExp('^training on tiny-1, width 256: needs [\\d.]+ [GM]iB of disk in ' +
          `${root}, 1 MiB are free; free some space`)});
  assert.equal((await trainRun(store, {dataset, heldOut, options})).stored.loaded, false,
      'small ones are tried');
});
