/** The scripts of examples/, as their users run them, on tiny images. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, before, test} from 'node:test';
import ts from 'typescript';
import {selectImages} from '../../src/data/dataset';
import {collectionOf} from '../../src/data/image-collection';
import {writeImageZip} from '../../src/data/write-image-zip';
import type {Dataset} from '../../src/types';
import {ROOT} from '../paths';
import {tinyDataset} from '../tiny-dataset';

const EXAMPLES = path.join(ROOT, 'examples');
const scratch = mkdtempSync(path.join(tmpdir(), 'examples-test-'));
after(() => rmSync(scratch, {recursive: true}));

const train = tinyDataset(60, [8, 8, 1], 1);
const others = tinyDataset(24, [8, 8, 1], 2);

before(async () => {
  const save = (name: string, dataset: Dataset) =>
    writeImageZip(collectionOf(dataset), path.join(scratch, name));
  await save('train.zip', train);
  await save('held-out.zip', selectImages(others, Array.from({length: 20}, (_, i) => i), 'others'));
  // Six copies and four images of its own.
  const all = tinyDataset(10, [8, 8, 1], 3);
  const bytes = Uint8Array.from(all.images);
  bytes.set(train.images.subarray(0, 6 * 64));
  await save('samples.zip', {...all, images: bytes});
});

/** Runs a script in the scratch folder. */
function run(script: string, ...options: string[]) {
  const {status, stdout, stderr} = spawnSync(
      process.execPath, [path.join(EXAMPLES, script), ...options],
      {cwd: scratch, encoding: 'utf8', env: {...process.env, TF_CPP_MIN_LOG_LEVEL: '3'}});
  return {status, stdout, stderr};
}

/** The rows of the table that a script printed, each cell by its first number. */
function numbersOf(stdout: string): Array<Record<string, number>> {
  const [header, , ...rows] = stdout.split('\n').filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  return rows.map((row) => Object.fromEntries(row.map((cell, i) =>
    [header![i]!, parseFloat(cell.replaceAll('−', '-').replaceAll(',', ''))])));
}

/** The table of a script that must succeed and write its figure. */
function tableOf(script: string, ...options: string[]): Array<Record<string, number>> {
  const {status, stdout, stderr} = run(script, ...options);
  assert.equal(status, 0, stderr);
  const figure = path.join('figures', 'examples', script.replace('.mjs', '.png'));
  assert.match(stdout, new RegExp(`${figure}\\s*$`));
  assert.ok(statSync(path.join(scratch, figure)).size > 1000);
  return numbersOf(stdout);
}

const trainingRuns = (): string[] =>
    readdirSync(path.join(scratch, 'runs')).filter((name) => name.startsWith('train-'));

test('the examples are type-checked against the built package', () => {
  const file = path.join(EXAMPLES, 'tsconfig.json');
  const {config} = ts.readConfigFile(file, ts.sys.readFile);
  const {options, fileNames} = ts.parseJsonConfigFileContent(config, ts.sys, EXAMPLES);
  assert.equal(fileNames.length, 5);
  const problems = ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options))
      .map(({messageText, file: source}) => `${source?.fileName}: ` +
        ts.flattenDiagnosticMessageText(messageText, '\n'));
  assert.deepEqual(problems, []);
});

test('is-my-model-memorizing finds the six copies among ten samples', () => {
  const {status, stdout, stderr} = run('is-my-model-memorizing.mjs', '--train', 'train.zip',
      '--samples', 'samples.zip', '--held-out', 'held-out.zip');
  assert.equal(status, 0, stderr);
  const [samples, heldOut] = numbersOf(stdout);
  assert.deepEqual([samples!['number'], samples!['copies']], [10, 0.6]);
  assert.deepEqual([heldOut!['number'], heldOut!['copies']], [20, 0]);
  assert.ok(samples!['GL']! < 0.5 * heldOut!['GL']!);
  assert.match(stdout, /The model copies training images\./);
  assert.ok(statSync(path.join(scratch, 'figures/examples/is-my-model-memorizing.png')).size > 1000);
});

test('an input that is not there is named, without a stack', () => {
  const {status, stderr} = run('is-my-model-memorizing.mjs', '--train', 'none/', '--samples', 'x/');
  assert.equal(status, 1);
  assert.equal(stderr.trim(), 'none/: no such file or folder');
});

test('sample-from-the-gaussian shows solvers of first and of second order', () => {
  const rows = tableOf('sample-from-the-gaussian.mjs', '--images', 'train.zip', '--size', '8');
  assert.deepEqual(rows.map((row) => row['steps']), [5, 10, 20, 40]);
  const [euler, heun] = ['Euler', 'Heun'].map((solver) =>
    rows[2]![`${solver}: RMSE to exact`]! / rows[3]![`${solver}: RMSE to exact`]!);
  assert.ok(euler! > 1.6 && euler! < 2.4, `Euler's error falls to 1 / ${euler}`);
  assert.ok(heun! > 3 && heun! < 6, `Heun's error falls to 1 / ${heun}`);
});

const network = ['--images', 'train.zip', '--size', '8', '--steps', '40'];

test('train-on-my-folder trains one run and notes its losses at three checkpoints', () => {
  const rows = tableOf('train-on-my-folder.mjs', ...network);
  assert.deepEqual(rows.map((row) => row['step']), [10, 20, 40]);
  const losses = rows.map((row) => row['held-out loss']!);
  assert.ok(losses[2]! < losses[0]!, `held-out losses ${losses.join(', ')}`);
  assert.equal(trainingRuns().length, 1);
});

test('compare-two-checkpoints loads that run; the paired change is the difference', () => {
  const rows = tableOf('compare-two-checkpoints.mjs', ...network);
  assert.equal(rows.length, 10);
  for (const row of rows) {
    const difference = row['step 40']! - row['RMSE to D_G, step 10']!;
    assert.ok(Math.abs(row['change (paired)']! - difference) < 0.01 * row['step 40']!, String(row));
    assert.ok(row['between the two']! > 0);
  }
  assert.equal(trainingRuns().length, 1, 'it has trained a run of its own');
});

test('distil-a-linear-denoiser fits that network better than the Gaussian does', () => {
  const rows = tableOf('distil-a-linear-denoiser.mjs', ...network, '--fit', '512');
  assert.equal(rows.length, 6);
  for (const row of rows.filter(({σ}) => σ! > 1)) {
    assert.ok(row['RMSE network to D_L']! < 0.5 * row['RMSE network to D_G']!, JSON.stringify(row));
  }
  assert.equal(trainingRuns().length, 1, 'it has trained a run of its own');
});
