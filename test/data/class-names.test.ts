import assert from 'node:assert/strict';
import test from 'node:test';
import {className} from '../../src/data/class-names';
import {createDataset} from '../../src/data/dataset';

const named = (name: string, labels?: Uint8Array) =>
    createDataset({name, labels, images: new Uint8Array(4), imageShape: [2, 1, 1]});
const labels = Uint8Array.of(7, 0);

test('classes of known data sets have names, also in their subsets', () => {
  assert.equal(className(named('fashion-mnist-16/train/n64-seed0', labels), 0), 'Sneaker');
  assert.equal(className(named('fashion-mnist-8-train-n16-seed0', labels), 1), 'T-shirt/top');
  assert.equal(className(named('cifar-10/held-out', labels), 1), 'airplane');
});

test('other classes are told by number, images without classes by nothing', () => {
  assert.equal(className(named('birds', labels), 0), 'class 7');
  assert.equal(className(named('cifar-10/train', Uint8Array.of(11, 0)), 0), 'class 11');
  assert.equal(className(named('fashion-mnist-16/train'), 0), undefined);
});
