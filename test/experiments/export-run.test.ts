import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {networkDenoiser} from '../../src/denoisers/network';
import {exportRun} from '../../src/experiments/export-run';
import {trainRun} from '../../src/experiments/train-run';
import {loadModel} from '../../src/models/model-folder';
import {readRecord, writeRecord} from '../../src/store/run-record';
import {openRunStore} from '../../src/store/run-store';
import {trainOptions} from '../../src/training/options';
import {tinyDataset} from '../tiny-dataset';

const root = mkdtempSync(path.join(tmpdir(), 'export-run-'));
after(() => rmSync(root, {recursive: true}));
const at = (name: string): string => path.join(root, name);
const store = openRunStore(at('runs'), {warn: () => {}});
const dataset = tinyDataset(6, [4, 4, 1], 1);
const options = trainOptions({
  width: 4, channelMult: [1], steps: 6, batchSize: 4, warmupSteps: 2, checkpoints: [3],
  sigmaData: 0.4,
});
const trained = trainRun(store, {dataset, heldOut: tinyDataset(3, [4, 4, 1], 2), options});

test('an exported run denoises as the run itself does, at any checkpoint', async () => {
  const run = await trained;
  const x = randomNormal<tf.Rank.R4>([5, 4, 4, 1], createRng(0));
  const sigma = tf.tensor1d([0.1, 0.4, 1, 5, 50]);
  for (const [name, step, which] of [
    ['last', undefined, undefined], ['early', 3, 'average'], ['raw', 6, 'weights'],
  ] as const) {
    const exported = await exportRun(store, run.stored.id.slice(0, 12), at(name), {step, which});
    assert.deepEqual(exported, {id: run.stored.id, step: step ?? 6});
    const {model, parameters, provenance} = loadModel(at(name));
    assert.equal(model.config.options.img_resolution, 4);
    assert.deepEqual([provenance['run'], provenance['step'], provenance['weights']],
        [run.stored.id, step ?? 6, which ?? 'average']);
    assert.equal((provenance['dataset'] as {hash: string}).hash, dataset.hash);
    tf.tidy(() => {
      const [own, back] = [run.denoiser(step, which), networkDenoiser(model, parameters)];
      assert.deepEqual(back.denoise(x, sigma).dataSync(), own.denoise(x, sigma).dataSync());
      own.dispose();
      back.dispose();
    });
  }
  tf.dispose([x, sigma]);
});

test('what cannot be exported is said, and makes no folder', async () => {
  const run = await trained;
  await assert.rejects(exportRun(store, run.stored.id, at('no'), {step: 4}), {name: 'RangeError',
    message: 'checkpointParameters: expected a checkpoint step (3, 6), got 4'});
  const other = await store.run({kind: 'samples', options: {}}, () => ({arrays: {}, values: {}}));
  await assert.rejects(exportRun(store, other.id, at('no')),
      {message: `${other.id}: expected a training run; only these have a network`});
  await assert.rejects(exportRun(store, 'unknown', at('no')), /there is no such run/);
  assert.ok(!existsSync(at('no')));
});

test('a run that did not note the images\' shape says what to do', async () => {
  const run = await trained;
  const {folder} = run.stored;
  const record = readRecord(folder);
  const {imageShape: _, ...values} = record.values;
  writeRecord(folder, {...record, values});
  await assert.rejects(exportRun(store, run.stored.id, at('no')),
      {message: `${run.stored.id}: an older version made this run and did not note the shape of ` +
        'its images; delete its folder and train it again'});
});
