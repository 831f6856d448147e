/**
 * `parseBatch` on batches of full size: what is mutated is short, with words in place of the
 * 30 MB of pixels, which are put in before it is parsed.
 */
import assert from 'node:assert/strict';
import {BATCH_IMAGES, IMAGE_BYTES, parseBatch} from '../../../src/data/cifar10-batch';
import {pickleOf} from '../../data/pickles';
import type {Target} from '../target';

const PIXELS = Buffer.from('<pixels>');
const LABELS = Buffer.from('<labels>');
const pixels = Buffer.alloc(BATCH_IMAGES * IMAGE_BYTES, 9);
/** Numbers 0 to 9 as Python pickles them. */
const labels = Buffer.concat(
    Array.from({length: BATCH_IMAGES}, (_, i) => Buffer.from([0x4b, i % 10])));

/** A pickle whose array has words for its bytes, with the length that the bytes will have. */
function skeleton(): Buffer {
  const pickle = pickleOf(new Map<string, Parameters<typeof pickleOf>[0]>([
    ['data', {shape: [BATCH_IMAGES, IMAGE_BYTES], values: PIXELS}], ['labels', [1]],
  ]));
  pickle.writeUInt32LE(pixels.length, pickle.indexOf(PIXELS) - 4);
  const label = pickle.lastIndexOf('J');
  return Buffer.concat([pickle.subarray(0, label), LABELS, pickle.subarray(label + 5)]);
}

const expand = (bytes: Uint8Array): Buffer => [[PIXELS, pixels], [LABELS, labels]].reduce(
    (whole, [word, content]) => {
      const at = whole.indexOf(word!);
      return at === -1 ? whole :
        Buffer.concat([whole.subarray(0, at), content!, whole.subarray(at + word!.length)]);
    }, Buffer.from(bytes));

export const target: Target = {
  layers: () => [{name: 'pickle', seeds: [skeleton()]}],
  words: ['<pixels>', '<labels>'],
  parse(bytes) {
    const batch = parseBatch(expand(bytes), 'data_batch_1');
    assert.equal(batch.pixels.length, pixels.length, 'pixels');
    assert.equal(batch.classes.length, BATCH_IMAGES, 'classes');
    assert.ok(batch.classes.every((label) => label < 10), 'a class beyond the ten');
    assert.ok(!batch.pixels.includes(0), 'pixels that are not in the file');
  },
  refusal: /^data_batch_1: /,
  share: 0.2,
};
