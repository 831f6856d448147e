import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {encodePng} from '../../src/data/encode-png';
import {loadImageZip} from '../../src/data/image-zip';
import {ROOT} from '../paths';

const scratch = mkdtempSync(path.join(tmpdir(), 'cli-dataset-test-'));
after(() => rmSync(scratch, {recursive: true}));
const [source, zip] = [path.join(scratch, 'images'), path.join(scratch, 'out', 'set.zip')];

/** Runs the command and returns its exit status and its error, without the program's name. */
function dataset(...args: string[]): {status: number | null; stdout: string; error: string} {
  const {status, stdout, stderr} = spawnSync(process.execPath,
      [path.join(ROOT, 'bin', 'hidden-gaussian.js'), 'dataset', ...args],
      {encoding: 'utf8', timeout: 60_000});
  return {status, stdout, error: stderr.split('hidden-gaussian: ')[1]?.trimEnd() ?? ''};
}

test('a folder becomes a zip of one size and colour, with flips', async () => {
  mkdirSync(source);
  for (const [i, shape] of ([[8, 10, 3], [12, 8, 3], [8, 8, 1]] as const).entries()) {
    const pixels = new Uint8Array(shape[0] * shape[1] * shape[2]).fill(50 * i);
    writeFileSync(path.join(source, `${i}.png`), await encodePng(pixels, shape));
  }
  const {status, stdout} = dataset(source, '-o', zip, '--resolution', '4', '--colour', 'rgb',
      '--max-images', '2', '--xflip');
  assert.deepEqual([status, stdout], [0, `${zip}: 4 images of 4x4x3, without labels\n`]);
  const {count, imageShape, images} = await loadImageZip(zip);
  assert.deepEqual([count, imageShape], [4, [4, 4, 3]]);
  assert.deepEqual([images[0], images[48], images[96], images[144]], [0, 50, 0, 50]);
});

test('an existing zip is replaced only when forced', () => {
  const before = readFileSync(zip);
  assert.equal(dataset(source, '-o', zip, '--resolution', '2', '--colour', 'grey').error,
      `${zip}: is already there; pass --force to replace it`);
  assert.deepEqual(readFileSync(zip), before);
  assert.equal(
      dataset(source, '-o', zip, '--resolution', '2', '--colour', 'grey', '--force').status, 0);
  assert.notDeepEqual(readFileSync(zip), before);
});

test('what cannot become a zip is refused, and nothing is left', () => {
  const out = path.join(scratch, 'new.zip');
  const refused = (message: RegExp, ...args: string[]): void => {
    const {status, error} = dataset(...args);
    assert.equal(status, 1);
    assert.match(error, message);
    assert.ok(!error.includes('\n'), error);
    assert.deepEqual(readdirSync(scratch).sort(), ['images', 'out']);
  };
  refused(/expected images of one size/, source, '-o', out);
  refused(/such zips hold square ones; pass --resolution/, path.join(source, '0.png'), '-o', out);
  refused(/--output: expected a name ending in \.zip/, source, '-o', path.join(scratch, 'new'));
  refused(/--resolution: expected a size such as 64 or 64x64, got 0/, source, '-o', out,
      '--resolution', '0');
  refused(/--max-images: expected a whole number >= 1, got many/, source, '-o', out,
      '--max-images', 'many');
  refused(/--colour: expected grey or rgb, got blue/, source, '-o', out, '--colour', 'blue');
  refused(/has no train and test parts/, source, '-o', out, '--split', 'test');
});

test('the command does without TensorFlow', () => {
  const code = `require(${JSON.stringify(path.join(ROOT, 'dist', 'src', 'cli', 'dataset.js'))});
    console.log(Object.keys(require.cache).filter((file) => file.includes('tensorflow')).length);`;
  assert.equal(spawnSync(process.execPath, ['-e', code], {encoding: 'utf8'}).stdout, '0\n');
});
