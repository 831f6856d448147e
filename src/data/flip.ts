/** Mirror images, as EDM's data sets have them with `xflip`. */
import type {Dataset} from '../types';
import {createDataset} from './dataset';

/**
 * The images, followed by each of them mirrored left to right: 2N images, with the labels of the
 * originals. For data that look as natural one way as the other; takes twice the memory.
 */
export function withFlips(dataset: Dataset): Dataset {
  const {name, images, labels, imageShape, count} = dataset;
  const [H, W, C] = imageShape;
  const both = new Uint8Array(2 * images.length);
  both.set(images);
  for (let row = 0; row < count * H; row++) {
    const from = row * W * C;
    const to = images.length + from;
    for (let x = 0; x < W; x++) {
      both.set(images.subarray(from + x * C, from + (x + 1) * C), to + (W - 1 - x) * C);
    }
  }
  return createDataset({
    name: `${name}/flips`, images: both, imageShape,
    ...(labels === undefined ? {} : {labels: twice(labels)}),
  });
}

function twice<T extends Uint8Array | Uint16Array>(labels: T): T {
  const both = new (labels.constructor as new (length: number) => T)(2 * labels.length);
  both.set(labels);
  both.set(labels, labels.length);
  return both;
}
