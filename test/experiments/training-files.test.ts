import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {trainingFiles} from '../../src/experiments/training-files';
import {runFiles} from '../../src/store/run-folder';
import {readSafetensors} from '../../src/store/safetensors';
import type {Checkpoint} from '../../src/training/checkpoint';

const OPTIONS = {steps: 30, checkpoints: [10, 20, 30]};
const roots: string[] = [];
after(() => roots.forEach((root) => rmSync(root, {recursive: true})));

function newFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'training-files-test-'));
  roots.push(folder);
  const warnings: string[] = [];
  const open = () => trainingFiles(
      runFiles(folder, {guard: () => {}, warn: (text) => warnings.push(text)}), OPTIONS);
  return {folder, warnings, open};
}
const vector = (value: number): Float32Array => Float32Array.of(value, value + 0.5);
const at = (step: number): Checkpoint => ({
  step, weights: vector(step), average: vector(-step), momentum: vector(2 * step),
  variance: vector(3 * step), sinceRow: {lossSum: step + 1 / 3, steps: step % 10, seconds: 0.1},
});
const row = (step: number) =>
    ({step, loss: 1 / step, trainLoss: 0.1, heldOutLoss: 0.2, seconds: step / 7});
const states = (folder: string): string[] => readdirSync(path.join(folder, 'states'));

test('a new run goes on from nowhere', () => {
  const {open} = newFolder();
  const files = open();
  assert.equal(files.lastState(), undefined);
  assert.deepEqual(files.log(), []);
});

test('the last state comes back to the last digit, with the log before it', () => {
  const {folder, warnings, open} = newFolder();
  const files = open();
  files.saveState(at(4));
  files.saveCheckpoint(at(10), row(10));
  files.saveState(at(13));
  const again = open();
  assert.deepEqual(again.lastState(), at(13));
  assert.deepEqual(again.log(), [row(10)]);
  assert.deepEqual(states(folder), ['step-0000010.safetensors', 'step-0000013.safetensors'],
      'two states are kept');
  again.saveCheckpoint(at(20), row(20));
  again.saveCheckpoint(at(30), row(30));
  assert.deepEqual(again.log(), [row(10), row(20), row(30)]);
  assert.deepEqual(states(folder), ['step-0000020.safetensors'], 'one stays at the end');
  assert.deepEqual(warnings, []);
});

test('a checkpoint file has both kinds of weights and no times', () => {
  const {folder, open} = newFolder();
  open().saveCheckpoint(at(10), row(10));
  const {tensors, metadata} =
      readSafetensors(path.join(folder, 'checkpoints', 'step-0000010.safetensors'));
  assert.deepEqual([...tensors.keys()], ['weights', 'average']);
  assert.deepEqual(tensors.get('average')!.data, vector(-10));
  const {seconds: _, ...timeless} = row(10);
  assert.deepEqual({...metadata}, {step: '10', row: JSON.stringify(timeless)});
});

test('a damaged state is set aside, and the one before it is used', () => {
  const {folder, warnings, open} = newFolder();
  const files = open();
  files.saveCheckpoint(at(10), row(10));
  files.saveState(at(15));
  const file = path.join(folder, 'states', 'step-0000015.safetensors');
  writeFileSync(file, readFileSync(file).subarray(1));
  const again = open();
  assert.deepEqual(again.lastState(), at(10));
  assert.deepEqual(again.log(), [row(10)]);
  assert.equal(warnings.length, 1);
  assert.ok(warnings[0]!.startsWith(`${file}: `));
  assert.deepEqual(readdirSync(path.join(folder, 'damaged-1', 'states')),
      ['step-0000015.safetensors']);
});

test('a lost checkpoint is trained again from a state before it', () => {
  const {folder, open} = newFolder();
  const files = open();
  files.saveCheckpoint(at(10), row(10));
  files.saveState(at(15));
  files.saveCheckpoint(at(20), row(20));
  rmSync(path.join(folder, 'checkpoints', 'step-0000020.safetensors'));
  assert.deepEqual(open().lastState(), at(15));
  rmSync(path.join(folder, 'checkpoints', 'step-0000010.safetensors'));
  assert.equal(open().lastState(), undefined);
});

test('states beyond a lost checkpoint make room for those of the way back to it', () => {
  const {folder, open} = newFolder();
  const files = open();
  for (const step of [10, 20]) files.saveCheckpoint(at(step), row(step));
  files.saveState(at(25));
  rmSync(path.join(folder, 'checkpoints', 'step-0000010.safetensors'));
  const again = open();
  assert.equal(again.lastState(), undefined);
  again.saveState(at(3));
  assert.deepEqual(states(folder), ['step-0000003.safetensors']);
  assert.deepEqual(open().lastState(), at(3), 'interrupted once more, it does not begin anew');
});

test('a state that was computed on something else is told', () => {
  const {folder} = newFolder();
  const told: string[] = [];
  const on = (compute: string) => trainingFiles(
      runFiles(folder, {guard: () => {}, warn: assert.fail}), OPTIONS,
      {compute, onOtherCompute: (before) => told.push(before)});
  on('one thread').saveState(at(4));
  assert.deepEqual(on('one thread').lastState(), at(4));
  assert.deepEqual(told, []);
  assert.deepEqual(on('two threads').lastState(), at(4), 'it is used all the same');
  assert.deepEqual(told, ['one thread']);
});

test('a lost log costs the times, nothing else', () => {
  const {folder, open} = newFolder();
  const files = open();
  files.saveCheckpoint(at(10), row(10));
  files.saveState(at(12));
  rmSync(path.join(folder, 'log.jsonl'));
  const again = open();
  assert.deepEqual(again.lastState(), at(12));
  assert.deepEqual(again.log(), [{...row(10), seconds: null}]);
});

test('whole files of another form are no states', () => {
  const {folder, warnings, open} = newFolder();
  open().saveState(at(4));
  const files = runFiles(folder, {guard: () => {}, warn: (text) => warnings.push(text)});
  const other = readFileSync(path.join(folder, 'states', 'step-0000004.safetensors'));
  files.write('states/step-0000006.safetensors',
      Buffer.from(other.toString('latin1').replace('lossSum', 'lossSun'), 'latin1'));
  assert.deepEqual(open().lastState(), at(4));
  assert.deepEqual(warnings, []);
});
