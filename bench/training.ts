/** Our training step, traced; or the same step run op by op as plain tfjs-node does. */
import type {Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {byteTensor} from '../src/backend/bytes';
import {createRng, randomNormal} from '../src/backend/rng';
import {tf} from '../src/backend/tf';
import {trace} from '../src/backend/trace';
import {imagesToTensor} from '../src/data/dataset-tensor';
import {trainingFlops} from '../src/networks/cost';
import {unflatten} from '../src/networks/parameters';
import type {PreconditionedNetwork} from '../src/networks/preconditioning';
import {dsmLoss} from '../src/training/loss';
import {initialTrainState, trainStep} from '../src/training/train-step';
import {readArrays, writeArrays} from './arrays';
import {benchImages} from './images';
import type {NetworkConfig} from './network-config';
import {
  checkWeights, exportWeights, imageShapeOf, initialWeights, modelOf, stepOptions,
} from './network-setup';
import {serve, timed} from './worker';
import type {Answer} from './worker';

interface Config extends NetworkConfig {
  readonly folder: string;
  /** Images a step. */
  readonly batch: number;
  /** Images in all. */
  readonly count: number;
  /** Steps of one timed call. */
  readonly inner: number;
  /** Op by op, as a peer: reads what our side has written. */
  readonly eager: boolean;
}

serve<Config>((config) => {
  const {folder, batch, count, inner, eager} = config;
  const model = modelOf(config);
  const {network} = model;
  const weights = initialWeights(network);
  if (!eager) writeInputs(config, model, weights);
  const {shape, data} = readArrays(folder, 'images')('images');
  const bytes = byteTensor(data as Uint8Array, [...shape]);
  const step = trace('train', trainStep(stepOptions(model, batch)), {
    state: {...initialTrainState(weights), bytes}, eager,
  });
  weights.dispose();
  bytes.dispose();
  if (shape[0] !== count) throw new Error(`training: expected ${count} images, got ${shape[0]}`);
  const go = (): number => {
    const {loss} = step.run();
    const value = loss!.dataSync()[0]!;
    loss!.dispose();
    return value;
  };
  return {
    go: ({inner: steps = inner}) => timed(go, steps as number),
    check: () => ({...check(folder, model, eager),
      flops: trainingFlops(network.parameters, batch)}),
  };
});

/** Weights, images and the batch of the check, for all sides. */
function writeInputs(
    config: Config, {network}: PreconditionedNetwork, weights: Tensor1D): void {
  const {folder, batch, count} = config;
  const shape = imageShapeOf(config);
  const {dataset} = benchImages(count, shape);
  const rng = createRng(0).fork('check');
  exportWeights(folder, 'initial', network, weights);
  writeArrays(folder, 'images', {images: {shape: [count, ...shape], data: dataset.images}});
  tf.tidy(() => {
    exportWeights(folder, 'check-weights', network, checkWeights(network));
    const images = imagesToTensor(dataset, Uint32Array.from({length: batch}, (_, i) => i));
    const noise = randomNormal([batch, ...shape], rng);
    const sigma = tf.exp(tf.sub(tf.mul(randomNormal([batch], rng), 1.2), 1.2));
    writeArrays(folder, 'check-batch', Object.fromEntries(
        Object.entries({images, noise, sigma}).map(([name, tensor]) =>
          [name, {shape: tensor.shape, data: Float32Array.from(tensor.dataSync())}])));
  });
}

/** Loss and size of its gradient for the weights and the batch of the check. */
function check(folder: string, model: PreconditionedNetwork, eager: boolean): Answer {
  const {network} = model;
  const read = readArrays(folder, 'check-batch');
  return tf.tidy(() => {
    const tensorOf = (name: string): tf.Tensor =>
      tf.tensor(read(name).data as Float32Array, [...read(name).shape]);
    const inputs = {
      flat: checkWeights(network),
      images: tensorOf('images'), noise: tensorOf('noise'), sigma: tensorOf('sigma'),
    };
    const traced = trace('check', (_, {flat, images, noise, sigma}) => {
      const {value, grad} = tf.valueAndGrad((w) =>
        dsmLoss(model, unflatten(network.parameters, w as Tensor1D), {
          images: images as Tensor4D, noise: noise as Tensor4D, sigma: sigma as Tensor1D,
        }, 0.5))(flat!);
      return {outputs: {loss: value, gradientNorm: tf.norm(grad)}};
    }, {eager});
    const {loss, gradientNorm} = traced.run(inputs);
    traced.dispose();
    return {loss: loss!.dataSync()[0]!, gradientNorm: gradientNorm!.dataSync()[0]!};
  });
}
