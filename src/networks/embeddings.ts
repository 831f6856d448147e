/** Embeddings of the noise label c_noise: sinusoidal (DDPM++, ADM) and random Fourier (NCSN++). */
import type {Tensor, Tensor1D, Tensor2D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {ParameterScope, Weights} from './parameters';

export interface PositionalEmbeddingOptions {
  /** Length of the embedding, even. */
  readonly channels: number;
  /** Ratio of the highest to the lowest frequency (default 10000). */
  readonly maxPositions?: number;
  /** Whether the lowest frequency is 1 / maxPositions itself (DDPM++) or one step above (ADM). */
  readonly endpoint: boolean;
}

/**
 * `[N]` -> `[N, channels]`: cosines first, then sines, of frequencies that fall geometrically
 * from 1.
 */
export function positionalEmbedding(
    labels: Tensor1D, {channels, maxPositions = 10000, endpoint}: PositionalEmbeddingOptions):
    Tensor2D {
  const half = channels / 2;
  const last = Math.max(half - (endpoint ? 1 : 0), 1);
  const frequencies = Float32Array.from({length: half}, (_, i) => maxPositions ** (-i / last));
  return cosinesAndSines(labels, tf.tensor1d(frequencies));
}

/**
 * `[N]` -> `[N, channels]`: cosines first, then sines, of normally distributed frequencies
 * `freqs` (in turns), which are drawn once and never trained.
 * @param scale standard deviation of the frequencies (EDM: 16).
 */
export function fourierEmbedding(
    scope: ParameterScope, {channels, scale = 16}: {channels: number; scale?: number}):
    (weights: Weights, labels: Tensor1D) => Tensor2D {
  const freqs = scope.declare(
      {name: 'freqs', kind: 'vector', shape: [channels / 2], init: {std: scale}, fixed: true});
  return (weights, labels) =>
    cosinesAndSines(labels, tf.mul(2 * Math.PI, constant(weights(freqs))) as Tensor1D);
}

/** The other half first: EDM's SongUNet has the sines before the cosines. */
export function swapHalves(embedding: Tensor2D): Tensor2D {
  const [first, second] = tf.split(embedding, 2, 1);
  return tf.concat([second!, first!], 1) as Tensor2D;
}

function cosinesAndSines(labels: Tensor1D, frequencies: Tensor1D): Tensor2D {
  const angles = tf.mul(tf.expandDims(labels, 1), tf.expandDims(frequencies, 0));
  return tf.concat([tf.cos(angles), tf.sin(angles)], 1) as Tensor2D;
}

/** The same values with gradient 0. */
const constant = tf.customGrad((x) => ({
  value: (x as Tensor).clone(),
  gradFunc: (dy: Tensor) => tf.zerosLike(dy),
}));
