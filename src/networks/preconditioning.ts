/**
 * Preconditionings (Karras et al. 2022, table 1): how a network F becomes a denoiser,
 * D(x; sigma) = c_skip·x + c_out·F(c_in·x; c_noise), in the forms VP, VE, iDDPM and EDM.
 */
import type {Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {Json} from '../store/canonical';
import type {Conditions, Network} from './network';
import type {Buffer, Weights} from './parameters';

/** The four functions of sigma, each `[N]`. */
export interface Coefficients {
  readonly cSkip: Tensor1D;
  readonly cOut: Tensor1D;
  readonly cIn: Tensor1D;
  readonly cNoise: Tensor1D;
}

export interface Preconditioning {
  /** What decides it, as a record. */
  readonly form: Json;
  /** The noise levels that it was made for. */
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  /** Constants that EDM's state dict holds too. */
  readonly buffers: readonly Buffer[];
  /** @param sigma `[N]`, > 0. */
  coefficients(sigma: Tensor1D): Coefficients;
}

export interface EdmPreconditioningOptions {
  /** Standard deviation of the data (default 0.5). */
  readonly sigmaData?: number;
  /** Default 0. */
  readonly sigmaMin?: number;
  /** Default infinity. */
  readonly sigmaMax?: number;
}

/** EDM's own: input and target of F have unit variance at every sigma. */
export function edmPreconditioning(options: EdmPreconditioningOptions = {}): Preconditioning {
  const {sigmaData = 0.5, sigmaMin = 0, sigmaMax = Infinity} = options;
  return {
    form: {kind: 'edm', sigmaData}, sigmaMin, sigmaMax, buffers: [],
    coefficients(sigma) {
      const total = tf.add(tf.square(sigma), sigmaData ** 2);
      const cIn = tf.rsqrt(total) as Tensor1D;
      return {
        cSkip: tf.div(sigmaData ** 2, total),
        cOut: tf.mul(tf.mul(sigma, sigmaData), cIn),
        cIn,
        cNoise: tf.div(tf.log(sigma), 4),
      };
    },
  };
}

export interface VpPreconditioningOptions {
  /** Extent of the noise schedule (default 19.9). */
  readonly betaD?: number;
  /** Its slope at t = 0 (default 0.1). */
  readonly betaMin?: number;
  /** Number of time steps in DDPM (default 1000). */
  readonly M?: number;
  /** The least t of training (default 1e-5). */
  readonly epsilonT?: number;
}

/** Variance preserving (Song et al. 2021): F predicts the noise, told the time step. */
export function vpPreconditioning(options: VpPreconditioningOptions = {}): Preconditioning {
  const {betaD = 19.9, betaMin = 0.1, M = 1000, epsilonT = 1e-5} = options;
  const sigmaOf = (t: number): number =>
    Math.sqrt(Math.expm1(0.5 * betaD * t ** 2 + betaMin * t));
  return {
    form: {kind: 'vp', betaD, betaMin, M}, buffers: [],
    sigmaMin: sigmaOf(epsilonT), sigmaMax: sigmaOf(1),
    coefficients(sigma) {
      const total = tf.add(tf.square(sigma), 1) as Tensor1D;
      const root = tf.sqrt(tf.add(tf.mul(tf.log(total), 2 * betaD), betaMin ** 2)) as Tensor1D;
      const t = tf.div(tf.sub(root, betaMin), betaD) as Tensor1D;
      return {
        cSkip: tf.onesLike(sigma), cOut: tf.neg(sigma), cIn: tf.rsqrt(total),
        cNoise: tf.mul(t, M - 1),
      };
    },
  };
}

export interface VePreconditioningOptions {
  /** Default 0.02. */
  readonly sigmaMin?: number;
  /** Default 100. */
  readonly sigmaMax?: number;
}

/** Variance exploding (Song et al. 2021): F predicts the negative noise from x as it is. */
export function vePreconditioning(options: VePreconditioningOptions = {}): Preconditioning {
  const {sigmaMin = 0.02, sigmaMax = 100} = options;
  return {
    form: {kind: 've'}, sigmaMin, sigmaMax, buffers: [],
    coefficients: (sigma) => ({
      cSkip: tf.onesLike(sigma), cOut: sigma.clone(), cIn: tf.onesLike(sigma),
      cNoise: tf.log(tf.mul(sigma, 0.5) as Tensor1D),
    }),
  };
}

export interface IddpmPreconditioningOptions {
  /** Bound on a step at low noise (default 0.001). */
  readonly C1?: number;
  /** Offset of the cosine schedule (default 0.008). */
  readonly C2?: number;
  /** Number of time steps in DDPM (default 1000). */
  readonly M?: number;
}

/**
 * Improved DDPM (Nichol, Dhariwal 2021): as VP with a cosine schedule of M noise levels `u`; F is
 * told the index of the nearest one.
 */
export function iddpmPreconditioning(options: IddpmPreconditioningOptions = {}): Preconditioning {
  const {C1 = 0.001, C2 = 0.008, M = 1000} = options;
  const u = iddpmLevels(M, C1, C2);
  return {
    form: {kind: 'iddpm', C1, C2, M}, sigmaMin: u[M - 1]!, sigmaMax: u[0]!,
    buffers: [{name: 'u', shape: [M + 1], values: u}],
    coefficients(sigma) {
      const distances = tf.abs(tf.sub(tf.expandDims(sigma, 1), tf.expandDims(tf.tensor1d(u), 0)));
      const index = tf.cast(tf.argMin(distances, 1), 'float32') as Tensor1D;
      return {
        cSkip: tf.onesLike(sigma), cOut: tf.neg(sigma),
        cIn: tf.rsqrt(tf.add(tf.square(sigma), 1)) as Tensor1D, cNoise: tf.sub(M - 1, index),
      };
    },
  };
}

/** The noise levels u_0 > … > u_M = 0, in float32 as EDM computes them. */
function iddpmLevels(M: number, C1: number, C2: number): Float32Array {
  const f = Math.fround;
  const alphaBar = (j: number): number =>
    f(f(Math.sin(f(f(f(f(0.5 * Math.PI) * j) / M) / f(C2 + 1)))) ** 2);
  const u = new Float32Array(M + 1);
  for (let j = M; j > 0; j--) {
    const ratio = Math.max(f(alphaBar(j - 1) / alphaBar(j)), f(C1));
    u[j - 1] = f(Math.sqrt(f(f(f(f(u[j]! ** 2) + 1) / ratio) - 1)));
  }
  return u;
}

/** A network with its preconditioning: a denoiser without its parameters' values. */
export interface PreconditionedNetwork {
  /** What decides it, as a record: identifies traced graphs on disk. */
  readonly form: Json;
  readonly network: Network;
  readonly preconditioning: Preconditioning;
  /**
   * D(x; sigma) with the given weights; differentiable in them.
   * @param x noisy images, `[N, H, W, C]`; @param sigma `[N]`, > 0.
   * @returns a tensor shaped like x.
   */
  denoise(weights: Weights, x: Tensor4D, sigma: Tensor1D, conditions?: Conditions): Tensor4D;
}

/** Joins a network and a preconditioning. */
export function precondition(
    network: Network, preconditioning: Preconditioning): PreconditionedNetwork {
  return {
    form: {network: network.form, preconditioning: preconditioning.form},
    network, preconditioning,
    denoise: (weights, x, sigma, conditions) => tf.tidy(() => {
      const {cSkip, cOut, cIn, cNoise} = preconditioning.coefficients(sigma);
      const perImage = (values: Tensor1D): Tensor => tf.reshape(values, [-1, 1, 1, 1]);
      const F = network.apply(
          weights, tf.mul<Tensor4D>(x, perImage(cIn)), cNoise, conditions);
      const [N, H, W, C] = x.shape;
      // iDDPM's network predicts a variance too, which D does not use.
      const own = F.shape[3] === C ? F : tf.slice(F, [0, 0, 0, 0], [N, H, W, C]);
      return tf.add(tf.mul(perImage(cSkip), x), tf.mul(perImage(cOut), own));
    }),
  };
}
