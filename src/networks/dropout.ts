/** Dropout with explicit randomness (Srivastava et al. 2014), as PyTorch scales it. */
import type {Tensor} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {UniformDraw} from './network';

export interface DropoutOptions {
  /** Share of the values that become 0, in [0, 1). */
  readonly rate: number;
  /** Name of the layer that draws. */
  readonly name: string;
  /** Absent outside training: then nothing happens. */
  readonly draw: UniformDraw | undefined;
}

/** Sets values to 0 with probability `rate` and divides the others by 1 - rate. */
export function dropout<T extends Tensor>(x: T, {rate, name, draw}: DropoutOptions): T {
  if (draw === undefined || rate === 0) return x;
  return tf.mul(x, tf.div(kept(draw(name, x.shape), rate), 1 - rate));
}

/** Sets whole rows of `[N, F]` to 0 with probability `rate`; the others stay as they are. */
export function dropRows<T extends Tensor>(x: T, {rate, name, draw}: DropoutOptions): T {
  if (draw === undefined || rate === 0) return x;
  return tf.mul(x, kept(draw(name, [x.shape[0]!, 1]), rate));
}

const kept = (uniform: Tensor, rate: number): Tensor =>
    tf.cast(tf.greaterEqual(uniform, rate), 'float32');
