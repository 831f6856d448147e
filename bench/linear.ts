/** Our closed-form distillation of a shortly trained network at one noise level. */
import type {Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {byteTensor} from '../src/backend/bytes';
import {createRng, randomNormal} from '../src/backend/rng';
import {tf} from '../src/backend/tf';
import {trace} from '../src/backend/trace';
import {selectImages} from '../src/data/dataset';
import {imagesToTensor} from '../src/data/dataset-tensor';
import {linearDenoiser} from '../src/denoisers/linear';
import {networkDenoiser} from '../src/denoisers/network';
import type {PreconditionedNetwork} from '../src/networks/preconditioning';
import {fitLinearClosedForm} from '../src/training/fit-linear-closed-form';
import {initialTrainState, trainStep} from '../src/training/train-step';
import type {Dataset} from '../src/types';
import {writeArrays} from './arrays';
import {benchImages} from './images';
import type {NetworkConfig} from './network-config';
import {exportWeights, imageShapeOf, initialWeights, modelOf, stepOptions} from './network-setup';
import {serve} from './worker';

interface Config extends NetworkConfig {
  readonly folder: string;
  readonly name: string;
  readonly sigma: number;
  /** Images for training and fitting, and images that only the error is measured on. */
  readonly count: number;
  readonly heldOut: number;
  /** Steps of the training before. */
  readonly trainingSteps: number;
}

serve<Config>((config) => {
  const {folder, name, sigma, count, heldOut, trainingSteps} = config;
  const imageShape = imageShapeOf(config);
  const {dataset} = benchImages(count + heldOut, imageShape);
  const range = (first: number, n: number) => Uint32Array.from({length: n}, (_, i) => first + i);
  const fitted = selectImages(dataset, range(0, count), 'fit');
  const model = modelOf(config);
  const weights = trainedWeights(model, fitted, trainingSteps);
  exportWeights(folder, 'trained', model.network, weights);
  const denoiser = networkDenoiser(model, Float32Array.from(weights.dataSync()));
  weights.dispose();
  const clean = imagesToTensor(dataset, range(count, heldOut));
  const noise = randomNormal(clean.shape, createRng(1));
  const x = tf.add(clean, tf.mul(noise, sigma)) as Tensor4D;
  const levels = tf.fill([heldOut], sigma) as Tensor1D;
  const y = denoiser.denoise(x, levels);
  const flat = (tensor: tf.Tensor) => Float32Array.from(tensor.dataSync());
  writeArrays(folder, 'images', {images: {shape: [count, ...imageShape], data: fitted.images}});
  writeArrays(folder, 'held-out', {
    x: {shape: x.shape, data: flat(x)}, y: {shape: [heldOut, y.size / heldOut], data: flat(y)},
  });
  return {
    check() {
      writeArrays(folder, name, {y: {shape: y.shape, data: flat(y)}});
      return {};
    },
    /** Fits on n noisy images; time of all of it, and the error on the held-out ones. */
    async fit({n}) {
      const start = performance.now();
      const fit = await fitLinearClosedForm(
          denoiser, fitted, {sigmas: [sigma], samplesPerSigma: n as number, rng: createRng(2)});
      const ms = performance.now() - start;
      const linear = linearDenoiser(fit);
      const rmse = tf.tidy(() => tf.sqrt(tf.mean(
          tf.square(tf.sub(linear.denoise(x, levels), y)))).dataSync()[0]!);
      linear.dispose();
      return {ms, rmse};
    },
  };
});

/** Weights after a short training: a denoiser as the notebooks have them. */
function trainedWeights(
    model: PreconditionedNetwork, {images, count, imageShape}: Dataset, steps: number):
    Tensor1D {
  const bytes = byteTensor(images, [count, ...imageShape]);
  const step = trace('train', trainStep(stepOptions(model, 64)), {
    state: {...initialTrainState(initialWeights(model.network)), bytes},
  });
  for (let i = 0; i < steps; i++) tf.dispose(step.run());
  const {weights, ...rest} = step.readState();
  tf.dispose(rest);
  step.dispose();
  return weights as Tensor1D;
}
