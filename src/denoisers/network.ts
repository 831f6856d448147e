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

/** How the network is run, and for which class. */
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

/** A network as a denoiser that can also be told the class of each image. */
export interface NetworkDenoiser extends Denoiser {
  /**
   * D(x; sigma), as `Denoiser.denoise` says.
   * @param labels weights of the classes of each image, usually one-hot, `[N, labelDim]` (default:
   *     the option `label`; without it zeros, which means no class).
   */
  denoise(x: Tensor4D, sigma: Tensor1D, labels?: Tensor2D): Tensor4D;
}

const SMALL = 8;

/**
 * Makes a denoiser of a network and its parameters, which runs as a traced graph in chunks of one
 * size.
 * @param model its form, for example from `loadModel` or `modelFor`.
 * @param parameters flat values `[P]`, as stored in checkpoints; copied.
 * @param options name, class, batch.
 * @throws RangeError when the number of parameters is not the network's, or it has no such class;
 *     `denoise` for x of another shape or a sigma <= 0.
 * @example
 * // All parameters 0: the network says 0, which leaves c_skip·x = x / 2 at sigma = sigmaData.
 * const model = hg.modelFor(hg.trainOptions({width: 4}), [4, 4, 1]);
 * const zeros = new Float32Array(hg.parameterCount(model.parameters));
 * const denoiser = hg.networkDenoiser(model, zeros);
 * const D = denoiser.denoise(hg.tf.ones([1, 4, 4, 1]), hg.tf.tensor1d([0.5]));
 * console.log(D.dataSync()[0]!.toFixed(3)); // 0.500
 * denoiser.dispose();
 */
export function networkDenoiser(
    model: PreconditionedNetwork, parameters: Float32Array, options: NetworkDenoiserOptions = {}):
    NetworkDenoiser {
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
  const traced = trace('networkDenoiser', ({weights: flat}, {x, sigma, labels}) => ({
    outputs: {
      denoised: model.denoise(unflatten(network.parameters, flat as Tensor1D),
          x as Tensor4D, sigma as Tensor1D, {labels: labels as Tensor2D | undefined}),
    },
  }), {state: {weights}, eager, cache: model.form});
  weights.dispose();

  const padded = (images: Images, size: number): Tensor4D => {
    const {x, sigma, labels} = images;
    const extra = size - x.shape[0];
    const run = (inputs: Images): Tensor4D => traced.run({...inputs})['denoised'] as Tensor4D;
    if (extra === 0) return run(images);
    const whole = run({
      x: tf.pad(x, [[0, extra], [0, 0], [0, 0], [0, 0]]) as Tensor4D,
      sigma: tf.pad(sigma, [[0, extra]], 1) as Tensor1D,
      ...(labels && {labels: tf.pad(labels, [[0, extra], [0, 0]]) as Tensor2D}),
    });
    return tf.slice(whole, 0, x.shape[0]);
  };
  const small = Math.min(SMALL, batch);
  return {
    name,
    imageShape,
    denoise: (x, sigma, given) => tf.tidy(() => {
      const N = x.shape[0];
      assertShape('networkDenoiser', 'x', x, [-1, ...imageShape]);
      assertShape('networkDenoiser', 'sigma', sigma, [N]);
      assertSigmas('networkDenoiser', sigma.dataSync());
      if (given !== undefined) {
        assertShape('networkDenoiser', 'labels', given, [N, network.labelDim]);
      }
      const labels = network.labelDim === 0 ? undefined :
        given ?? constantLabels(network, N, label);
      if (N <= small) return padded({x, sigma, ...(labels && {labels})}, small);
      const parts: Tensor4D[] = [];
      for (let first = 0; first < N; first += batch) {
        const count = Math.min(batch, N - first);
        parts.push(padded({
          x: tf.slice(x, first, count), sigma: tf.slice(sigma, first, count),
          ...(labels && {labels: tf.slice(labels, first, count)}),
        }, batch));
      }
      return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
    }),
    dispose: () => traced.dispose(),
  };
}

/** What one call of the graph gets. */
interface Images {
  readonly x: Tensor4D;
  readonly sigma: Tensor1D;
  /** Present exactly for networks with classes. */
  readonly labels?: Tensor2D;
}

/** The class `label` for each image, or none. */
const constantLabels = ({labelDim}: Network, N: number, label: number | undefined): Tensor2D =>
    label === undefined ? tf.zeros([N, labelDim]) :
      tf.oneHot(tf.fill([N], label, 'int32'), labelDim).toFloat() as Tensor2D;

function checkLabel({labelDim}: Network, label: number | undefined): void {
  if (label === undefined || Number.isInteger(label) && label >= 0 && label < labelDim) return;
  throw new RangeError(labelDim === 0 ?
    `networkDenoiser: expected no \`label\`, since the network has no classes, got ${label}` :
    `networkDenoiser: expected \`label\` to be a class 0..${labelDim - 1}, got ${label}`);
}
