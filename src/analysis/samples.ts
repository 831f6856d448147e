/** Generated images, as a sampler returns them or as a tensor. */
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {assertShape} from '../shapes';
import type {ImageShape} from '../types';

/** N images in [-1, 1] in JavaScript memory: what samplers return. */
export interface SampledImages {
  /** `[N, H, W, C]` row by row. */
  readonly samples: Float32Array;
  /** N. */
  readonly count: number;
  /** `[H, W, C]`. */
  readonly imageShape: ImageShape;
}

/** A sampler's result, or a tensor `[N, H, W, C]`; borrowed. */
export type Samples = SampledImages | Tensor4D;

/**
 * The pixels of `samples`.
 * @throws RangeError when the values do not fill whole images.
 */
export function sampledImages(where: string, samples: Samples): SampledImages {
  if ('samples' in samples) {
    const expected = samples.imageShape.reduce((a, b) => a * b, samples.count);
    if (samples.samples.length !== expected) {
      throw new RangeError(`${where}: expected ${samples.count} images of shape ` +
          `[${samples.imageShape.join(', ')}], ${expected} values, got ${samples.samples.length}`);
    }
    return samples;
  }
  assertShape(where, 'samples', samples, [-1, -1, -1, -1]);
  const [count, ...imageShape] = samples.shape;
  return {samples: samples.dataSync<'float32'>(), count, imageShape};
}

/** The samples as a tensor of the caller. */
export const sampleTensor = ({samples, count, imageShape}: SampledImages): Tensor4D =>
  tf.tensor4d(samples, [count, ...imageShape]);
