/** The training loss on fixed images, noise levels and noise: comparable between checkpoints. */
import type {Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {createRng, randomNormal} from '../backend/rng';
import {trace} from '../backend/trace';
import {tf} from '../backend/tf';
import {unflatten} from '../networks/parameters';
import type {PreconditionedNetwork} from '../networks/preconditioning';
import {weightedError} from './loss';
import type {LossBatch} from './loss';
import type {TrainOptions} from './options';

export interface FixedLoss {
  /** Mean weighted error per pixel with the parameters `[P]`. */
  evaluate(parameters: Tensor1D): number;
  dispose(): void;
}

/** Pixel values that go through the network at a time: 256 images of 28x28, 16 of 64x64x3. */
const VALUES_AT_A_TIME = 256 * 28 * 28;

/** Images that are evaluated at a time, for `pixels` values each: what bounds the memory. */
export const fixedLossBatch = (pixels: number): number =>
    Math.max(1, Math.floor(VALUES_AT_A_TIME / pixels));

/**
 * @param images clean images `[N, H, W, C]`; copied.
 * @param options noise distribution and seed.
 */
export function fixedLoss(
    model: PreconditionedNetwork, images: Tensor4D, options: TrainOptions): FixedLoss {
  const {pMean, pStd, sigmaData, seed} = options;
  const [N, H, W, C] = images.shape;
  const batch = fixedLossBatch(H * W * C);
  const parts = tf.tidy(() => {
    const rng = createRng(seed).fork('fixed-loss');
    const normal = randomNormal<tf.Rank.R1>([N], rng.fork('sigma'));
    const sigma = tf.exp(tf.add(tf.mul(normal, pStd), pMean)) as Tensor1D;
    const noise = randomNormal<tf.Rank.R4>(images.shape, rng.fork('noise'));
    return Array.from({length: Math.ceil(N / batch)}, (_, i) => {
      const part = <T extends Tensor>(tensor: T): T =>
        tf.slice(tensor, i * batch, Math.min(batch, N - i * batch));
      return {images: part(images), sigma: part(sigma), noise: part(noise)};
    });
  });
  const traced = trace('fixedLoss', (_, {parameters, ...rest}) => {
    const weights = unflatten(model.network.parameters, parameters as Tensor1D);
    const error = weightedError(model, weights, rest as unknown as LossBatch, sigmaData);
    return {outputs: {loss: tf.mean(error)}};
  }, {cache: {model: model.form, sigmaData}});
  return {
    evaluate(parameters) {
      const sum = parts.reduce((total, part) => {
        const {loss} = traced.run({parameters, ...part});
        const value = loss!.dataSync()[0]!;
        loss!.dispose();
        return total + part.sigma.shape[0] * value;
      }, 0);
      return sum / N;
    },
    dispose() {
      traced.dispose();
      tf.dispose(parts);
    },
  };
}
