/** The training loss on fixed images, noise levels and noise: comparable between checkpoints. */
import type {Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {createRng, randomNormal} from '../backend/rng';
import {trace} from '../backend/trace';
import {tf} from '../backend/tf';
import {unflatten} from '../networks/parameters';
import type {PreconditionedNetwork} from '../networks/preconditioning';
import {weightedError} from './loss';
import type {TrainOptions} from './options';

export interface FixedLoss {
  /** Mean weighted error per pixel with the parameters `[P]`. */
  evaluate(parameters: Tensor1D): number;
  dispose(): void;
}

/**
 * @param images clean images `[N, H, W, C]`; copied.
 * @param options noise distribution and seed.
 */
export function fixedLoss(
    model: PreconditionedNetwork, images: Tensor4D, options: TrainOptions): FixedLoss {
  const {pMean, pStd, sigmaData, seed} = options;
  const state = tf.tidy(() => {
    const rng = createRng(seed).fork('fixed-loss');
    const normal = randomNormal<tf.Rank.R1>([images.shape[0]], rng.fork('sigma'));
    return {
      images: images.clone(),
      sigma: tf.exp(tf.add(tf.mul(normal, pStd), pMean)) as Tensor1D,
      noise: randomNormal<tf.Rank.R4>(images.shape, rng.fork('noise')),
    };
  });
  const traced = trace('fixedLoss', (fixed, {parameters}) => {
    const batch = fixed as typeof state;
    const weights = unflatten(model.network.parameters, parameters as Tensor1D);
    return {outputs: {loss: tf.mean(weightedError(model, weights, batch, sigmaData))}};
  }, {state, cache: {model: model.form, sigmaData}});
  tf.dispose(state);
  return {
    evaluate(parameters) {
      const {loss} = traced.run({parameters});
      const value = loss!.dataSync()[0]!;
      loss!.dispose();
      return value;
    },
    dispose: () => traced.dispose(),
  };
}
