/**
 * 3x3 convolutions of stride 1 with `same` padding: by Winograd's algorithm where the fused ops are
 * in use, which takes 2.25 times fewer multiplications, else by TensorFlow's convolution.
 */
import type {Tensor, Tensor4D} from '@tensorflow/tfjs-core';
import {fusedConv3x3, fusedConv3x3GradFilter, useFusedOps} from '../backend/fused-ops';
import {tf} from '../backend/tf';
import type {Save} from './ops';

/** Below this number of channels the transforms cost more than the multiplications saved. */
const LEAST_CHANNELS = 16;
/** The fused op works on vectors of eight. */
const LANES = 8;

/**
 * @param x `[N, H, W, from]`.
 * @param filter `[3, 3, from, to]`.
 * @returns `[N, H, W, to]`; the two algorithms agree to about 1e-6 of the largest output.
 */
export function conv3x3(x: Tensor4D, filter: Tensor4D): Tensor4D {
  const channels = filter.shape.slice(2);
  const fits = channels.every((count) => count >= LEAST_CHANNELS && count % LANES === 0);
  if (!fits || !useFusedOps()) return tf.conv2d(x, filter, 1, 'same');
  const apply = tf.customGrad((input, weights, save) => {
    (save as unknown as Save)([input as Tensor, weights as Tensor]);
    return {
      value: fusedConv3x3(input as Tensor, weights as Tensor, {adjoint: false}),
      gradFunc: (dy: Tensor, saved: Tensor[]) => [
        fusedConv3x3(dy, saved[1]!, {adjoint: true}), fusedConv3x3GradFilter(saved[0]!, dy),
      ],
    };
  });
  return apply(x, filter) as Tensor4D;
}
