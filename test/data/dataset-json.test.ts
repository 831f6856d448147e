import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  formatDatasetJson, maxDatasetJsonBytes, parseDatasetJson,
} from '../../src/data/dataset-json';

const images = ['a.png', 'b.png'];
const parse = (content: unknown, names = images) => parseDatasetJson(
    Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    'x.zip/dataset.json', names);
const refused = (content: unknown, message: RegExp): void =>
    assert.throws(() => parse(content), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(error.message.startsWith('x.zip/dataset.json: '), error.message);
      assert.ok(!error.message.includes('\n'), error.message);
      return true;
    });

test('classes come in the order of the images, in the smallest type', () => {
  const {labels} = parse({labels: [['b.png', 3], ['a.png', 7]]});
  assert.deepEqual(labels, Uint8Array.from([7, 3]));
  assert.deepEqual(parse({labels: [['b.png', 999], ['a.png', 0]]}).labels,
      Uint16Array.from([0, 999]));
  assert.deepEqual(parse({labels: [['b.png', 70_000], ['a.png', 0]]}).labels,
      Int32Array.from([0, 70_000]));
});

test('labels may be vectors, or null for none; other keys are left alone', () => {
  assert.deepEqual(parse({labels: [['a.png', [0.5, -1]], ['b.png', [2, 0]]]}),
      {labelVectors: {size: 2, values: Float32Array.from([0.5, -1, 2, 0])}});
  assert.deepEqual(parse({labels: null, license: 'any'}), {});
});

test('what it writes it reads', () => {
  const vectors = {labelVectors: {size: 2, values: Float32Array.from([0.5, -1, 2, 0])}};
  for (const labels of [{labels: Uint16Array.from([300, 2])}, vectors, {}]) {
    assert.deepEqual(parse(formatDatasetJson(images, labels)), labels);
  }
  assert.equal(formatDatasetJson(images, {labels: Uint8Array.from([1, 0])}),
      '{"labels":[["a.png",1],["b.png",0]]}');
});

test('broken JSON and other structures are refused in one line', () => {
  refused('{"labels": [["a.png",\n', /not valid JSON/);
  refused('\u00ff{}', /not valid JSON/);
  refused({}, /labels: expected a list or null/);
  refused([1], /not the labels of a data set/);
  for (const label of [['a.png'], 'a.png', ['a.png', 1, 2], [1, 1]]) {
    refused({labels: [['b.png', 0], label]}, /labels\[1\]/);
  }
  for (const label of [-1, 1.5, 2 ** 31, 'cat', null, [], ['x'], [0, null], [1e39], [[1]]]) {
    refused({labels: [['a.png', label]]}, /labels\[0\]\[1\]: expected a class/);
  }
});

test('labels and images must match one to one', () => {
  refused({labels: [['a.png', 0]]}, /no label for "b\.png"/);
  refused({labels: []}, /no label for "a\.png" and 1 more/);
  refused({labels: [['a.png', 0], ['b.png', 0], ['c.png', 0]]},
      /label for "c\.png", which is not there/);
  refused({labels: [['a.png', 0], ['b.png', 0], ['a.png', 1]]}, /"a\.png" has two labels/);
  refused({labels: [['a.png', 0], ['b.png', [1]]]}, /expected a class for "b\.png".*got \[1\]/);
  refused({labels: [['a.png', [1]], ['b.png', [1, 2]]]}, /expected a vector of 1 numbers/);
});

test('a file of many lists or numbers is refused before memory is taken for them', () => {
  refused(`{"labels": [${'[],'.repeat(2000)}[]]}`, /has 2003 lists for 2 images/);
  refused(`{"labels": [${'0,'.repeat(2000)}0]}`, /has 2001 labels for 2 images/);
  assert.equal(maxDatasetJsonBytes(1e9), 3 * 2 ** 24);
});
