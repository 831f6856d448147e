import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createDataset} from '../../src/data/dataset';
import {disjointHalves, heldOutSplit, subset} from '../../src/data/split';

/** 100 one-pixel images: the byte is the image's number, the label its last digit. */
const dataset = createDataset({
  name: 'digits/train', imageShape: [1, 1, 1],
  images: Uint8Array.from({length: 100}, (_, i) => i),
  labels: Uint8Array.from({length: 100}, (_, i) => i % 10),
});
const common = (a: Uint8Array, b: Uint8Array): number[] => [...a].filter((i) => b.includes(i));

test('subset draws distinct images, keeps their labels, and says what it is', () => {
  const {name, images, labels} = subset(dataset, {n: 40, seed: 3});
  assert.equal(name, 'digits/train/n40-seed3');
  assert.equal(new Set(images).size, 40);
  assert.deepEqual([...labels!], [...images].map((i) => i % 10));
});

test('subsets of one seed are nested, and each begins with the smaller ones', () => {
  const all = subset(dataset, {n: 100, seed: 0}).images;
  for (const n of [1, 7, 64, 99]) {
    assert.deepEqual(subset(dataset, {n, seed: 0}).images, all.slice(0, n));
  }
  assert.deepEqual([...all].sort((a, b) => a - b), [...dataset.images]);
});

test('the same seed gives the same subset, another seed another', () => {
  const {hash} = subset(dataset, {n: 30, seed: 0});
  assert.equal(subset(dataset, {n: 30, seed: 0}).hash, hash);
  assert.notEqual(subset(dataset, {n: 30, seed: 1}).hash, hash);
});

test('every image is equally likely to be drawn', () => {
  const drawn = new Float64Array(100);
  for (let seed = 0; seed < 400; seed++) {
    for (const i of subset(dataset, {n: 50, seed}).images) drawn[i]!++;
  }
  // Binomial with mean 200 and standard deviation 10: 5 of them leave 100 images ample room.
  for (const [i, times] of drawn.entries()) {
    assert.ok(Math.abs(times - 200) <= 50, `image ${i} was drawn ${times} times of 400`);
  }
});

test('disjointHalves share no image; the first is the subset itself', () => {
  const [first, second] = disjointHalves(dataset, {n: 50, seed: 0});
  assert.equal(first.hash, subset(dataset, {n: 50, seed: 0}).hash);
  assert.equal(first.name, 'digits/train/n50-seed0');
  assert.equal(second.name, 'digits/train/n50-seed0-disjoint');
  assert.deepEqual([first.count, second.count], [50, 50]);
  assert.deepEqual(common(first.images, second.images), []);
});

test('disjointHalves are nested over n', () => {
  const [, large] = disjointHalves(dataset, {n: 40, seed: 5});
  const [, small] = disjointHalves(dataset, {n: 8, seed: 5});
  assert.deepEqual(small.images, large.images.slice(0, 8));
});

test('heldOutSplit parts the data without overlap and keeps its order', () => {
  const {train, heldOut} = heldOutSplit(dataset, {heldOut: 20, seed: 0});
  assert.deepEqual([train.count, heldOut.count], [80, 20]);
  assert.deepEqual([train.name, heldOut.name], ['digits/train/train', 'digits/train/held-out']);
  assert.deepEqual(common(train.images, heldOut.images), []);
  assert.deepEqual([...train.images], [...train.images].sort((a, b) => a - b));
  assert.notDeepEqual(
      heldOut.images, heldOutSplit(dataset, {heldOut: 20, seed: 1}).heldOut.images);
});

test('no subset of the training part reaches the held-out part', () => {
  const {train, heldOut} = heldOutSplit(dataset, {heldOut: 20, seed: 2});
  const [a, b] = disjointHalves(train, {n: 40, seed: 0});
  assert.deepEqual(common(subset(train, {n: 80, seed: 0}).images, heldOut.images), []);
  assert.deepEqual([...common(a.images, heldOut.images), ...common(b.images, heldOut.images)], []);
});

test('more images than there are is an error that names both numbers and the remedy', () => {
  assert.throws(() => subset(dataset, {n: 101, seed: 0}), {name: 'RangeError', message:
    'subset: expected `n` <= 100 (digits/train has 100 images), got 101; ' +
    'ask for fewer images or load a larger data set'});
  assert.throws(() => disjointHalves(dataset, {n: 51, seed: 0}), {name: 'RangeError', message:
    /^disjointHalves: expected `n` <= 50 \(digits\/train has 100 images\), got 51;/});
  assert.throws(() => heldOutSplit(dataset, {heldOut: 100, seed: 0}), {name: 'RangeError', message:
    /^heldOutSplit: expected `heldOut` <= 99 .*, got 100;/});
  assert.throws(() => subset(dataset, {n: 0, seed: 0}),
      {message: 'subset: expected `n` to be an integer >= 1, got 0'});
  assert.throws(() => subset(dataset, {n: 1.5, seed: 0}), RangeError);
  assert.throws(() => subset(dataset, {n: 5, seed: NaN}), /createRng: expected `seed`/);
});
