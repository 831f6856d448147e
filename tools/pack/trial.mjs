/**
 * `make test-pack`: packs, installs the tarball in an empty folder far from this one, sets it up, and
 * lets it do what a user would: train on a folder of images, write the report, draw a figure, and
 * compile a program against the types. Needs the package registries, a compiler, and about ten
 * minutes on a quiet machine. The folder goes when all was well.
 *
 *   node tools/pack/trial.mjs [FOLDER]  FOLDER: where (default: a new one in the temporary folder)
 */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync}
  from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const require = createRequire(path.join(root, 'package.json'));
const IMAGES = 120;
const SIZE = 8;

const [given] = process.argv.slice(2);
const folder = given === undefined ?
  mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-pack-')) : path.resolve(given);
mkdirSync(folder, {recursive: true});
assert.deepEqual(readdirSync(folder), [], `${folder} is not empty`);
const tarballs = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-tarball-'));

/**
 * Runs a command, says how long it took, and returns what it printed.
 * @param {string} title @param {string} command @param {string[]} args @param {string} [cwd]
 */
function step(title, command, args, cwd = folder) {
  const began = Date.now();
  const env = {...process.env, npm_config_audit: 'false', npm_config_fund: 'false'};
  for (const name of Object.keys(env)) if (/^HIDDEN_GAUSSIAN_/.test(name)) delete env[name];
  const {status, stdout} = spawnSync(
      command, args, {cwd, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'inherit']});
  console.log(`${title}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
  if (status !== 0) throw new Error(`${title} failed in ${cwd}:\n${stdout.slice(-2000)}`);
  return stdout;
}

/** Grey squares of random brightness and place. @param {string} to */
async function makeImages(to) {
  const sharp = require('sharp');
  mkdirSync(to);
  let state = 1;
  const random = () => (state = state * 48271 % 2147483647) / 2147483647; // Park and Miller
  for (let i = 0; i < IMAGES; i++) {
    const pixels = Buffer.alloc(SIZE * SIZE);
    const [x, y] = [Math.floor(random() * 5), Math.floor(random() * 5)];
    const bright = 80 + random() * 175;
    for (let r = y; r < y + 4; r++) pixels.fill(bright, r * SIZE + x, r * SIZE + x + 4);
    await sharp(pixels, {raw: {width: SIZE, height: SIZE, channels: 1}}).png()
        .toFile(path.join(to, `${i}.png`));
  }
}

const PROGRAM = `import {createFigureExporter, lineFigure, loadDataset} from 'hidden-gaussian';
import type {Dataset, PlotlyFigure} from 'hidden-gaussian';
async function main(): Promise<void> {
  const images: Dataset = await loadDataset('photos');
  const figure: PlotlyFigure = lineFigure({
    title: images.count + ' images', xTitle: 'x', yTitle: 'y',
    series: [{name: 'a', x: [1, 2], y: [1, 2]}],
  });
  const exporter = createFigureExporter({dir: 'my-figures'});
  await exporter.export('one', figure);
  await exporter.close();
  console.log(images.count);
}
void main();
`;

const list = (/** @type {string} */ at) => existsSync(at) ? readdirSync(at) : [];

try {
  step('npm pack', 'npm', ['pack', '--pack-destination', tarballs], root);
  const [tarball] = readdirSync(tarballs);
  assert.ok(tarball);
  step('npm install', 'npm', ['install', '--ignore-scripts', path.join(tarballs, tarball)]);
  step('npm ls', 'npm', ['ls']);
  step('npx hidden-gaussian setup', 'npx', ['hidden-gaussian', 'setup']);
  step('npx hidden-gaussian doctor', 'npx', ['hidden-gaussian', 'doctor']);
  await makeImages(path.join(folder, 'photos'));
  const trained = step('train', 'npx', ['hidden-gaussian', 'train', '--images', 'photos',
    '--steps', '60', '--width', '8', '--batch-size', '16', '--checkpoints', '3']);
  const [run] = list(path.join(folder, 'runs')).filter((name) => name.startsWith('train-'));
  assert.ok(run, `no run in ${folder}/runs; train said: ${trained}`);
  step('report', 'npx',
      ['hidden-gaussian', 'report', run, '--profile', 'smoke', '-o', 'report.html']);
  assert.match(readFileSync(path.join(folder, 'report.html'), 'utf8'), /^<!doctype html>/i);
  writeFileSync(path.join(folder, 'program.ts'), PROGRAM);
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  step('compile a program', process.execPath, [compiler, '--strict', '--skipLibCheck', '--target',
    'es2022', '--module', 'node16', '--typeRoots', path.join(root, 'node_modules', '@types'),
    '--types', 'node', 'program.ts']);
  assert.equal(step('run the program', process.execPath, ['program.js']).trim(), `${IMAGES}`);
  assert.ok(existsSync(path.join(folder, 'my-figures', 'one.png')));
  const installed = list(path.join(folder, 'node_modules', 'hidden-gaussian'));
  assert.deepEqual(installed.filter((name) => /^(runs|data|figures|sweeps)$/.test(name)), []);
  step('a further npm install', 'npm', ['install', '--ignore-scripts', 'is-number@7.0.0']);
  step('npm ls', 'npm', ['ls']);
  console.log('The package works in a folder of its own.');
  rmSync(folder, {recursive: true, force: true});
} catch (error) {
  console.error(error);
  console.error(`What was made is in ${folder}`);
  process.exitCode = 1;
} finally {
  rmSync(tarballs, {recursive: true, force: true});
}
