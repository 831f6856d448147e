/**
 * A trained network as a denoiser: the preconditioned U-Net, run as a traced graph in chunks of one
 * size, so that any number of images needs two graphs at most.
 */
import type {Tensor1D, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {trace} from '../backend/trace';
import {tf} from '../backend/tf';
import type {Network} from '../networks/network';
import {parameterCount, unflatten} from '../networks/parameters';
import type {PreconditionedNetwork} from '../networks/preconditioning';
import {assertShape, assertSigmas} from '../shapes';
import type {Denoiser, ImageShape} from '../types';

export interface NetworkDenoiserOptions {
  /** Legend name (default `'network'`). */
  readonly name?: string;
  /** The class that all images are taken for; needs a network with classes (default: none). */
  readonly label?: number;
  /** Images per graph call (default 64); smaller requests are padded. */
  readonly batch?: number;
  /** Run op by op, for debugging (default false). */
  readonly eager?: boolean;
}

const SMALL = 8;

/**
 * @param model its form.
 * @param parameters flat values `[P]`, as stored in checkpoints; copied.
 * @throws RangeError when the number of parameters is not the network's, or it has no such class.
 */
export function networkDenoiser(
    model: PreconditionedNetwork, parameters: Float32Array, options: NetworkDenoiserOptions = {}):
    Denoiser {
  const {name = 'network', label, batch = 64, eager = false} = options;
  const {network} = model;
  const imageShape: ImageShape = [network.resolution, network.resolution, network.channels];
  checkLabel(network, label);
  const expected = parameterCount(network.parameters);
  if (parameters.length !== expected) {
    throw new RangeError(
        `networkDenoiser: expected ${expected} parameters, got ${parameters.length}`);
  }
  const weights = tf.tensor1d(parameters);
  const traced = trace('networkDenoiser', ({weights: flat}, {x, sigma}) => ({
    outputs: {
      denoised: model.denoise(unflatten(network.parameters, flat as Tensor1D),
          x as Tensor4D, sigma as Tensor1D, label === undefined ? {} :
            {labels: tf.oneHot(tf.fill([sigma!.shape[0]!], label, 'int32'), network.labelDim)
                .toFloat() as Tensor2D}),
    },
  }), {state: {weights}, eager, cache: {model: model.form, label: label ?? null}});
  weights.dispose();

  const padded = (x: Tensor4D, sigma: Tensor1D, size: number): Tensor4D => {
    const extra = size - x.shape[0];
    const run = (input: Tensor4D, s: Tensor1D): Tensor4D =>
        traced.run({x: input, sigma: s})['denoised'] as Tensor4D;
    if (extra === 0) return run(x, sigma);
    const whole = run(
        tf.pad(x, [[0, extra], [0, 0], [0, 0], [0, 0]]) as Tensor4D,
        tf.pad(sigma, [[0, extra]], 1) as Tensor1D);
    return tf.slice(whole, 0, x.shape[0]);
  };
  return {
    name,
    imageShape,
    denoise: (x, sigma) => tf.tidy(() => {
      const N = x.shape[0];
      assertShape('networkDenoiser', 'x', x, [-1, ...imageShape]);
      assertShape('networkDenoiser', 'sigma', sigma, [N]);
      assertSigmas('networkDenoiser', sigma.dataSync());
      if (N <= SMALL) return padded(x, sigma, SMALL);
      const parts: Tensor4D[] = [];
      for (let first = 0; first < N; first += batch) {
        const count = Math.min(batch, N - first);
        parts.push(padded(tf.slice(x, first, count), tf.slice(sigma, first, count), batch));
      }
      return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
    }),
    dispose: () => traced.dispose(),
  };
}

function checkLabel({labelDim}: Network, label: number | undefined): void {
  if (label === undefined || Number.isInteger(label) && label >= 0 && label < labelDim) return;
  throw new RangeError(labelDim === 0 ?
    `networkDenoiser: expected no \`label\`, since the network has no classes, got ${label}` :
    `networkDenoiser: expected \`label\` to be a class 0..${labelDim - 1}, got ${label}`);
}
