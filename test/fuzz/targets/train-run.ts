/**
 * `trainRun` on an interrupted training whose checkpoints, states and log were damaged, or changed
 * with their checksums put right: it goes on from what is whole, and ends as it should.
 */
import assert from 'node:assert/strict';
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {checkpointParameters, trainRun} from '../../../src/experiments/train-run';
import {sha256} from '../../../src/store/canonical';
import {openRunStore} from '../../../src/store/run-store';
import {trainOptions} from '../../../src/training/options';
import {tinyDataset} from '../../tiny-dataset';
import type {Layer, Target} from '../target';

const request = {
  dataset: tinyDataset(6, [4, 4, 1], 1), heldOut: tinyDataset(3, [4, 4, 1], 2),
  options: trainOptions({
    width: 4, channelMult: [1], steps: 6, batchSize: 2, warmupSteps: 1, checkpoints: [2, 4],
  }),
};
const FILES = ['checkpoints/step-0000002.safetensors', 'checkpoints/step-0000004.safetensors',
  'states/step-0000004.safetensors', 'log.jsonl', 'checksums.json'];

/** A training that ended after its second checkpoint, made once in each process. */
const interrupted = (async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'fuzz-train-run-'));
  process.on('exit', () => rmSync(root, {recursive: true, force: true}));
  const store = openRunStore(root, {
    onProgress({done}) {
      if (done === 4) throw new Error('the power went out');
    },
  });
  await assert.rejects(trainRun(store, request), /the power went out/);
  return {root, id: readdirSync(root)[0]!};
})();

async function layers(): Promise<Layer[]> {
  const {root, id} = await interrupted;
  return FILES.flatMap((name, file) => [0, 1].map((sealed) => {
    const whole = readFileSync(path.join(root, id, name));
    const input = (content: Uint8Array): Buffer =>
        Buffer.concat([Buffer.of(file, sealed), content]);
    if (sealed === 0 || !name.endsWith('.safetensors')) {
      return {name, seeds: [whole], wrap: input};
    }
    const end = 8 + Number(whole.readBigUInt64LE());
    return {
      name: `${name}, header`, seeds: [whole.subarray(8, end)],
      wrap(json: Uint8Array) {
        const length = Buffer.alloc(8);
        length.writeBigUInt64LE(BigInt(json.length));
        return input(Buffer.concat([length, json, whole.subarray(end)]));
      },
    };
  }));
}

async function parse(bytes: Uint8Array, scratch: string): Promise<void> {
  const {root: original, id} = await interrupted;
  const [root, name] = [path.join(scratch, 'runs'), FILES[(bytes[0] ?? 0) % FILES.length]!];
  const folder = path.join(root, id);
  cpSync(path.join(original, id), folder, {recursive: true});
  const content = bytes.subarray(2);
  writeFileSync(path.join(folder, name), content);
  if (bytes[1] === 1 && name !== 'checksums.json') {
    const sums = path.join(folder, 'checksums.json');
    const noted = JSON.parse(readFileSync(sums, 'utf8')) as object;
    writeFileSync(sums, JSON.stringify({...noted, [name]: [sha256(content)]}));
  }
  const store = openRunStore(root, {warn: () => {}});
  const {stored, log} = await trainRun(store, request);
  assert.deepEqual(log.map(({step}) => step), [2, 4, 6], 'the rows of the log');
  const weights = checkpointParameters(store, stored, request.options);
  assert.ok(weights.every(Number.isFinite), 'weights that are not finite');
}

export const target: Target = {
  layers, parse,
  words: ['"weights"', '"average"', '"momentum"', '"step"', '"sinceRow"', '"row"', '"2"', '"-4"',
    '"1000000000"', '"F64"', '"I32"'],
  refusal: /^(SCRATCH\/runs\/train-\w+\/)?(checkpoints|states|log|checksums|train)[\w./-]*: /,
  share: 0.02,
};
