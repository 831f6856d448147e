/**
 * One training step as a pure function of its state: draws a batch, noise levels and noise, takes
 * the gradient, and updates weights, Adam's moments and the average. Traced, it needs no data from
 * JavaScript.
 */
import type {Scalar, Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {gatherImages} from '../backend/bytes';
import {createRng} from '../backend/rng';
import {statelessIndices, statelessNormal, statelessUniform} from '../backend/stateless';
import type {Tensors, TraceableFunction} from '../backend/trace';
import {tf} from '../backend/tf';
import type {UniformDraw} from '../networks/network';
import {unflatten} from '../networks/parameters';
import type {PreconditionedNetwork} from '../networks/preconditioning';
import {dsmLoss} from './loss';
import type {LossBatch} from './loss';
import {adamEmaStep} from './optimizer';
import type {AdamEmaState, AdamOptions, EmaOptions} from './optimizer';

export interface TrainStepOptions {
  readonly model: PreconditionedNetwork;
  /** Images per step, drawn uniformly with replacement. */
  readonly batchSize: number;
  readonly adam: AdamOptions;
  readonly ema: EmaOptions;
  /** EDM's log-normal noise distribution: ln sigma ~ N(pMean, pStd²). */
  readonly pMean: number;
  readonly pStd: number;
  readonly sigmaData: number;
  /** Seeds of the kinds of draws, 31 bits each; dropout's is forked for each layer. */
  readonly streams: {
    readonly batch: number;
    readonly sigma: number;
    readonly noise: number;
    readonly dropout: number;
  };
}

/** Weights, moments and average `[P]`, the steps done (int32 scalar). */
export type TrainState = Tensors & AdamEmaState & {readonly step: Scalar};

/** A new state around initial weights: zero moments, the average equal to the weights. */
export const initialTrainState = (weights: Tensor1D): TrainState => ({
  weights: weights.clone(),
  momentum: tf.zerosLike(weights),
  variance: tf.zerosLike(weights),
  average: weights.clone(),
  step: tf.scalar(0, 'int32'),
});

/** The gradient step on a given batch; returns the new state and the loss before it. */
export function updateOnBatch(
    state: TrainState, batch: LossBatch,
    {model, batchSize, adam, ema, sigmaData}:
    Pick<TrainStepOptions, 'model' | 'batchSize' | 'adam' | 'ema' | 'sigmaData'>,
): {readonly state: TrainState; readonly loss: Scalar} {
  return tf.tidy(() => {
    const objective = (flat: Tensor): Tensor =>
        dsmLoss(
            model, unflatten(model.network.parameters, flat as Tensor1D), batch, sigmaData);
    const {value, grad} = tf.valueAndGrad(objective)(state.weights);
    const gradient = grad as Tensor1D;
    const imagesSeen: Scalar = tf.mul(state.step, tf.scalar(batchSize, 'int32'));
    const next = adamEmaStep(
        state, gradient, {step: state.step, imagesSeen}, {batchSize, adam, ema});
    const step: Scalar = tf.add(state.step, tf.scalar(1, 'int32'));
    return {state: {...next, step}, loss: value as Scalar};
  });
}

/** The noise levels of a step's batch, `[batchSize]`. @param step steps done before it; int32. */
export function batchSigmas(
    {batchSize, pMean, pStd, streams}:
    Pick<TrainStepOptions, 'batchSize' | 'pMean' | 'pStd' | 'streams'>, step: Scalar): Tensor1D {
  const normal = statelessNormal<Tensor1D>([batchSize], streams.sigma, step);
  return tf.exp(tf.add(tf.mul(normal, pStd), pMean) as Tensor1D);
}

/** The whole step; `bytes` in the state holds the training images as uint8 `[N, H, W, C]`. */
export function trainStep(options: TrainStepOptions): TraceableFunction {
  const {batchSize, streams} = options;
  const dropoutOf = createRng(streams.dropout);
  return (state) => {
    const {bytes, ...rest} = state as TrainState & {readonly bytes: Tensor};
    const [count, H, W, C] = bytes.shape as [number, number, number, number];
    const indices = statelessIndices(batchSize, count, streams.batch, rest.step);
    const draw: UniformDraw = (name, shape) =>
      statelessUniform(shape, dropoutOf.fork(name).seedPair()[0], rest.step);
    const batch: LossBatch = {
      images: gatherImages(bytes, indices),
      sigma: batchSigmas(options, rest.step),
      noise: statelessNormal<Tensor4D>([batchSize, H, W, C], streams.noise, rest.step),
      draw,
    };
    const {state: next, loss} = updateOnBatch(rest, batch, options);
    return {state: next, outputs: {loss}};
  };
}
