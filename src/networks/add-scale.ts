/** The end of a residual block, in one pass over memory on the CPU. */
import type {Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {fusedAddScale, fusedAddScaleGrad, useFusedOps} from '../backend/fused-ops';
import {tf} from '../backend/tf';
import {biasAdd} from './ops';

/** (a + b + bias)·scale; a and b `[N, H, W, C]`, bias `[C]`. */
export function addScale(a: Tensor4D, b: Tensor4D, bias: Tensor1D, scale: number): Tensor4D {
  if (!useFusedOps()) return tf.mul(tf.add(biasAdd(a, bias), b), scale);
  const apply = tf.customGrad((x, y, shift) => ({
    value: fusedAddScale(x as Tensor, y as Tensor, shift as Tensor, scale),
    gradFunc: (dy: Tensor) => {
      const [dx, dbias] = fusedAddScaleGrad(dy, scale);
      return [dx, dx.clone(), dbias];
    },
  }));
  return apply(a, b, bias) as Tensor4D;
}
