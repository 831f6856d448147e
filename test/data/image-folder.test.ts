import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import sharp = require('sharp');
import {loadImageFolder} from '../../src/data/image-folder';

const scratch = mkdtempSync(path.join(tmpdir(), 'image-folder-test-'));
after(() => rmSync(scratch, {recursive: true}));

/** A PNG of grey bytes. */
const greyPng = (bytes: ArrayLike<number>, height: number, width: number): Promise<Buffer> =>
    raw(bytes, height, width, 1).toColourspace('b-w').png().toBuffer();
/** A sharp image of raw bytes. */
const raw = (bytes: ArrayLike<number>, height: number, width: number, channels: 1 | 3 | 4) =>
    sharp(Uint8Array.from(bytes), {raw: {height, width, channels}});
const grey = (value: number, height = 4, width = 4) =>
    raw(new Array(height * width).fill(value), height, width, 1).toColourspace('b-w');
const colour = (rgb: readonly number[], height = 4, width = 4) =>
    raw(Array.from({length: height * width}, () => rgb).flat(), height, width, 3);

async function folder(
    name: string, files: Record<string, Buffer | Promise<Buffer>>): Promise<string> {
  const dir = path.join(scratch, name);
  for (const [file, bytes] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, file)), {recursive: true});
    writeFileSync(path.join(dir, file), await bytes);
  }
  return dir;
}

/** Loads and returns what was announced too. */
async function load(dir: string, options: Parameters<typeof loadImageFolder>[1] = {}) {
  const said: string[] = [];
  const dataset = await loadImageFolder(dir, {...options, warn: (message) => said.push(message)});
  return {dataset, said};
}

test('pixels of lossless images arrive unchanged, ordered by name', async () => {
  const bytes = [0, 1, 2, 127, 128, 255];
  const dir = await folder('exact', {
    'b.png': greyPng(bytes, 2, 3),
    'a.webp': raw(bytes.map((b) => 255 - b), 2, 3, 1).webp({lossless: true}).toBuffer(),
    'B.PNG': greyPng(bytes.slice().reverse(), 2, 3),
  });
  const {dataset, said} = await load(dir, {colour: 'grey'});
  assert.deepEqual([dataset.name, dataset.count], ['exact', 3]);
  assert.deepEqual(dataset.imageShape, [2, 3, 1]);
  assert.deepEqual(
      [...dataset.images], [...bytes.slice().reverse(), ...bytes.map((b) => 255 - b), ...bytes]);
  assert.deepEqual(said, []);
});

test('colour images keep their channels, or become grey or RGB when asked', async () => {
  const dir = await folder('colour', {'a.png': colour([10, 200, 30], 1, 2).png().toBuffer()});
  const {dataset} = await load(dir);
  assert.deepEqual(dataset.imageShape, [1, 2, 3]);
  assert.deepEqual([...dataset.images], [10, 200, 30, 10, 200, 30]);
  const {dataset: asGrey} = await load(dir, {colour: 'grey'});
  assert.deepEqual(asGrey.imageShape, [1, 2, 1]);
  assert.ok(asGrey.images[0]! > 100 && asGrey.images[0]! < 200, `green became ${asGrey.images[0]}`);
  const greys = await folder('greys', {'a.png': grey(77, 1, 1).png().toBuffer()});
  assert.deepEqual([...(await load(greys, {colour: 'rgb'})).dataset.images], [77, 77, 77]);
});

test('grey and colour images in one folder are refused until one kind is asked for', async () => {
  const dir = await folder('kinds', {
    'a.png': grey(5).png().toBuffer(), 'b.png': colour([1, 2, 3]).png().toBuffer(),
    'c.png': colour([4, 5, 6]).png().toBuffer(),
  });
  await assert.rejects(load(dir), {message:
    `${dir}: expected images of one kind, got RGB (b.png and 1 more), grey (a.png); ` +
    'pass `colour: \'grey\'` or `colour: \'rgb\'` (--colour)'});
  assert.deepEqual((await load(dir, {colour: 'rgb'})).dataset.imageShape, [4, 4, 3]);
});

test('unequal sizes are refused and listed, and brought to one `size` when asked', async () => {
  const dir = await folder('sizes', {
    'a.png': grey(50, 8, 8).png().toBuffer(), 'b.png': grey(50, 8, 16).png().toBuffer(),
    'c.png': grey(50, 2, 2).png().toBuffer(),
  });
  await assert.rejects(load(dir), /expected images of one size, got 8x8 \(a\.png\), 8x16 .*`size`/);
  const {dataset, said} = await load(dir, {size: 4});
  assert.deepEqual(dataset.imageShape, [4, 4, 1]);
  assert.ok(dataset.images.every((byte) => byte === 50), 'a flat image stays flat');
  assert.deepEqual(said, [`${dir}: c.png: enlarged to the wanted size`]);
  assert.deepEqual((await load(dir, {size: [2, 6]})).dataset.imageShape, [2, 6, 1]);
});

test('crop cuts the middle out, or squeezes the whole image', async () => {
  // A white band between two black ones: 4 rows, columns 4..7 of 12 are white.
  const band = Array.from({length: 48}, (_, i) => i % 12 >= 4 && i % 12 < 8 ? 255 : 0);
  const dir = await folder('crop', {'a.png': greyPng(band, 4, 12)});
  const cut = (await load(dir, {size: 4})).dataset.images;
  assert.ok(cut.every((byte) => byte === 255), `got ${cut}`);
  const {dataset} = await load(dir, {size: [4, 3], crop: 'none'});
  assert.deepEqual([...dataset.images.subarray(0, 3)], [22, 215, 22]);  // Pillow's values.
});

test('sub-folders are searched too; hidden and foreign files are left out', async () => {
  const image = await grey(9).png().toBuffer();
  const dir = await folder('tree', {
    'x/1.png': image, 'y/2.png': image, 'top.png': image, '.hidden.png': Buffer.from('no'),
    'y/readme.txt': Buffer.from('text'), '.cache/3.png': image,
  });
  symlinkSync(path.join(dir, 'x', '1.png'), path.join(dir, 'link.png'));
  const {dataset, said} = await load(dir);
  assert.equal(dataset.count, 4);
  assert.deepEqual(said, [`${dir}: ignored y/readme.txt, not an image by its ending`]);
});

test('conversions are announced, one line a kind', async () => {
  const half = Array.from({length: 16}, () => [200, 100, 0, 51]).flat();
  const clear = await raw(half, 4, 4, 4).png().toBuffer();
  const opaque = half.map((byte, i) => i % 4 === 3 ? 255 : byte);
  const dir = await folder('alpha', {
    'a.png': clear, 'b.png': clear, 'c.png': raw(opaque, 4, 4, 4).png().toBuffer(),
  });
  const {dataset, said} = await load(dir);
  assert.deepEqual(said, [`${dir}: a.png and 1 more: transparent parts laid over black`]);
  assert.deepEqual([...dataset.images.subarray(0, 3)], [40, 20, 0]);
  assert.deepEqual([...dataset.images.subarray(-3)], [200, 100, 0]);
});

test('the orientation that a camera noted is applied', async () => {
  const sideways =
      await colour([90, 90, 90], 2, 6).withMetadata({orientation: 6}).jpeg().toBuffer();
  const dir = await folder('orientation', {'a.jpg': sideways});
  assert.deepEqual((await load(dir)).dataset.imageShape, [6, 2, 3]);
});

test('damaged, disguised and oversized files are refused by name', async () => {
  const refused = async (file: string, bytes: Buffer, message: RegExp, options = {}) => {
    const dir = await folder(`bad-${file}`, {'0.png': grey(1).png().toBuffer(), [file]: bytes});
    await assert.rejects(load(dir, options), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(path.join(dir, file)), error.message);
      return true;
    });
  };
  const noise = Array.from({length: 64 * 64 * 3}, (_, i) => (i * 7919) % 251);
  const jpeg = await raw(noise, 64, 64, 3).jpeg().toBuffer();
  const cut = jpeg.subarray(0, jpeg.length / 2);
  await refused('cut.jpg', cut, /corrupt or truncated/, {colour: 'rgb', size: 4});
  await refused('page.png', Buffer.from('<!DOCTYPE html>'), /not an image, or corrupt/);
  await refused('none.png', Buffer.alloc(0), /file is empty/);
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>');
  await refused('drawing.png', svg, /svg is not supported/);
  await refused('large.jpg', jpeg, /more than the allowed 99 pixels; raise/, {maxPixels: 99});
  const avif = await raw(noise, 64, 64, 3).avif({effort: 0}).toBuffer();
  // Twice the memory for a pixel, half of the pixels.
  await refused('large.avif', avif, /more than the allowed 4095 pixels; raise/, {maxPixels: 8191});
  // Of this, libheif and libvips say some twenty lines.
  const headless = Buffer.from(avif);
  headless.write('xxxx', headless.indexOf('meta'));
  await refused('headless.avif', headless, /^.{0,600}$/);
});

test('options out of range and folders that are none are refused', async () => {
  const dir = await folder('fine', {'a.png': grey(1).png().toBuffer()});
  await assert.rejects(load(dir, {size: 0}),
      {name: 'RangeError', message: /expected `size \(height\)` to be an integer >= 1, got 0/});
  await assert.rejects(load(path.join(dir, 'a.png')), /a\.png: cannot be read as a folder/);
});

test('progress counts every image twice: its header, then the image', async () => {
  const image = await grey(3).png().toBuffer();
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => `${letter}.png`);
  const dir = await folder('progress', Object.fromEntries(names.map((name) => [name, image])));
  const done: Record<string, number[]> = {};
  await load(dir, {onProgress: (progress) => (done[progress.label] ??= []).push(progress.done)});
  const all = [1, 2, 3, 4, 5, 6, 7];
  assert.deepEqual(done, {'progress, headers': all, progress: all});
});
