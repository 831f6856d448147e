import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {parse} from 'node-html-parser';
import {imagesToFloat32} from '../../src/data/dataset';
import {loadDataset} from '../../src/data/load-dataset';
import {measureNovelty, noveltyPage, pairRows, sheetFigure} from '../../src/reports/novelty-report';
import {noveltySentence} from '../../src/reports/novelty-words';
import {readSamples, readTensor} from '../../src/reports/samples-source';
import {encodeSafetensors} from '../../src/store/safetensors';
import {put} from '../store/some-runs';
import {tinyDataset} from '../tiny-dataset';
import {writeImages} from './tiny-run';

const root = mkdtempSync(path.join(tmpdir(), 'novelty-report-'));
after(() => rmSync(root, {recursive: true}));
const train = tinyDataset(12, [4, 4, 1], 1);
const copies = {
  title: 'copies', samples: imagesToFloat32(train, [3, 1, 7]), count: 3,
  imageShape: train.imageShape,
};

test('copies are found with the images they copy, on the page as in the numbers', async () => {
  const report = await measureNovelty(
      {train, heldOut: tinyDataset(10, [4, 4, 1], 2), samples: copies});
  assert.deepEqual(report.pairs.map(({nearest}) => nearest), [3, 1, 7]);
  assert.ok(report.pairs.every(({distance, ratio, copied}) =>
    distance === 0 && ratio === 0 && copied));
  assert.equal(report.calibration!.perSample.length, 10, 'all held-out images there are');
  const page = parse(await noveltyPage(
      report, {png: async () => Buffer.from('png'), close: async () => {}}, 'now'));
  const words = page.querySelector('main')!.text.replaceAll('\u00a0', ' ');
  assert.ok(words.includes(noveltySentence(report.novelty)));
  assert.match(words, /100 % \[43\.9 %, 100 %\]/, 'Wilson of 3 of 3');
  assert.equal(page.querySelectorAll('img').length, 2);
  assert.ok(page.querySelectorAll('img').every((image) =>
    image.getAttribute('src')!.startsWith('data:image/png') &&
    image.getAttribute('alt')!.length > 20));
  assert.match(sheetFigure(report).layout.title.text, /3 of 3 are copies/);
});

test('file names travel from the folder into the sheet and the rows', async () => {
  const folder = writeImages(path.join(root, 'real'), 6, 4, 4);
  const images = await loadDataset(folder, {warn: () => {}});
  const samples = await readSamples(writeImages(path.join(root, 'made'), 2, 4, 4),
      {imageShape: [4, 4, 1], warn: () => {}});
  const {pairs, ...rest} = await measureNovelty({train: images, samples});
  assert.deepEqual(pairRows(pairs)[0], {
    sample: 0, 'sample file': 'image-00.png', 'training image': 0,
    'training file': 'image-00.png', distance: 0, ratio: 0, copy: true,
  });
  assert.match(JSON.stringify(sheetFigure({...rest, pairs})),
      /sample 1 \(image-01\.png\): training image 1 \(image-01\.png\),<br>distance 0, ratio 0: a copy/);
});

test('images of other sizes are refused with both sizes and what brings them to one', async () => {
  const samples = {title: 'made', samples: new Float32Array(2 * 108), count: 2,
    imageShape: [6, 6, 3]} as const;
  await assert.rejects(measureNovelty({train, samples}), {name: 'RangeError', message:
    'novelty: expected images of one size, got 6x6x3 from made and 4x4x1 from tiny-1 (height x ' +
    'width x channels); bring the images to one with --size 6 --colour rgb, which is for all ' +
    'images that are read from files'});
});

test('a tensor is read in either order of axes, as bytes or as floats', () => {
  const write = (name: string, shape: number[], data: Uint8Array | Float32Array): string =>
    put(root, `${name}.safetensors`, encodeSafetensors({[name]: {shape, data}}));
  const floats = Float32Array.from({length: 2 * 3 * 4 * 4}, (_, i) => i / 48 - 1);
  const last = readTensor(write('samples', [2, 4, 4, 3], floats), [4, 4, 3]);
  assert.deepEqual([last.count, last.imageShape, last.samples], [2, [4, 4, 3], floats]);
  const first = readTensor(write('x', [2, 3, 4, 4], floats), [4, 4, 3]);
  assert.deepEqual(first.imageShape, [4, 4, 3]);
  // Pixel (h, w) of channel c of image n is at ((n·3 + c)·4 + h)·4 + w.
  assert.equal(first.samples[((1 * 4 + 2) * 4 + 3) * 3 + 1], floats[((1 * 3 + 1) * 4 + 2) * 4 + 3]);
  const other = readTensor(write('y', [2, 3, 4, 4], floats), [8, 8, 1]);
  assert.deepEqual(other.imageShape, [4, 4, 3], 'also when the training images differ');
  const bytes = readTensor(write('b', [1, 1, 2, 1], Uint8Array.of(0, 255)), [1, 2, 1]);
  assert.deepEqual([...bytes.samples], [-1, 1]);
});

test('tensors that cannot be samples are named with what to do', () => {
  const of = (tensors: Parameters<typeof encodeSafetensors>[0]) =>
    put(root, 'bad.safetensors', encodeSafetensors(tensors));
  const four = (...values: number[]) =>
    ({shape: [1, 1, 2, 1], data: Float32Array.from(values)});
  const read = (tensors: Parameters<typeof encodeSafetensors>[0], tensor?: string) => () =>
    readTensor(of(tensors), [1, 2, 1], tensor);
  assert.throws(read({a: four(0, 1), b: four(0, 1)}),
      /expected a tensor `samples` or one tensor of four axes, got 2 \(it has a, b\)/);
  assert.throws(read({a: {shape: [2], data: Float32Array.of(0, 1)}}, 'a'),
      /tensor a of shape \[N, H, W, C\] or \[N, C, H, W\], got \[2\]/);
  assert.throws(read({a: four(0, 255)}), /in \[-1, 1\], got 0 to 255; write bytes as U8/);
  assert.throws(read({a: four(0, 1)}), /got 0 to 1; these seem to lie in \[0, 1\]: pass 2 x - 1/);
});
