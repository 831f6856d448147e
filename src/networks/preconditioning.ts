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
  /** Share of x that goes past the network. */
  readonly cSkip: Tensor1D;
  /** Scale of the network's output. */
  readonly cOut: Tensor1D;
  /** Scale of the network's input. */
  readonly cIn: Tensor1D;
  /** What the network is told of the noise level. */
  readonly cNoise: Tensor1D;
}

/** How a network becomes a denoiser: D(x; sigma) = c_skip·x + c_out·F(c_in·x; c_noise). */
export interface Preconditioning {
  /** What decides it, as a record. */
  readonly form: Json;
  /** Least noise level that it was made for. */
  readonly sigmaMin: number;
  /** Largest noise level that it was made for. */
  readonly sigmaMax: number;
  /** Constants that EDM's state dict holds too. */
  readonly buffers: readonly Buffer[];
  /**
   * The four functions of sigma, owned by the caller or the enclosing `tf.tidy`.
   * @param sigma noise levels, `[N]`, > 0.
   */
  coefficients(sigma: Tensor1D): Coefficients;
}

/** Of EDM's preconditioning. */
export interface EdmPreconditioningOptions {
  /** Standard deviation of the data (default 0.5). */
  readonly sigmaData?: number;
  /** Least noise level (default 0). */
  readonly sigmaMin?: number;
  /** Largest noise level (default infinity). */
  readonly sigmaMax?: number;
}

/**
 * EDM's own (Karras et al. 2022, table 1 and appendix B.6): input and target of F have unit
 * variance at every sigma.
 * @param options standard deviation of the data, range.
 * @example
 * const {cSkip, cOut, cIn} = hg.edmPreconditioning().coefficients(hg.tf.tensor1d([0.5]));
 * // 1/2, 1/sqrt(8), sqrt(2) at sigma = sigmaData
 * console.log([cSkip, cOut, cIn].map((c) => c.dataSync()[0]!.toFixed(4)).join(' '));
 * // 0.5000 0.3536 1.4142
 */
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

/** Of the variance preserving preconditioning. */
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

/**
 * Variance preserving (Song et al. 2021; Karras et al. 2022, table 1): F predicts the noise, told
 * the time step.
 * @param options the noise schedule.
 * @example
 * const {cSkip, cOut, cIn} = hg.vpPreconditioning().coefficients(hg.tf.tensor1d([1]));
 * console.log([cSkip, cOut, cIn].map((c) => c.dataSync()[0]!.toFixed(4)).join(' '));
 * // 1.0000 -1.0000 0.7071
 */
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

/** Of the variance exploding preconditioning. */
export interface VePreconditioningOptions {
  /** Least noise level (default 0.02). */
  readonly sigmaMin?: number;
  /** Largest noise level (default 100). */
  readonly sigmaMax?: number;
}

/**
 * Variance exploding (Song et al. 2021; Karras et al. 2022, table 1): F predicts the negative noise
 * from x as it is.
 * @param options the range.
 * @example
 * const {cSkip, cOut, cNoise} = hg.vePreconditioning().coefficients(hg.tf.tensor1d([2]));
 * // F is told ln(sigma / 2).
 * console.log([cSkip, cOut, cNoise].map((c) => c.dataSync()[0]).join(' ')); // 1 2 0
 */
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

/** Of the preconditioning of improved DDPM. */
export interface IddpmPreconditioningOptions {
  /** Bound on a step at low noise (default 0.001). */
  readonly C1?: number;
  /** Offset of the cosine schedule (default 0.008). */
  readonly C2?: number;
  /** Number of time steps in DDPM (default 1000). */
  readonly M?: number;
}

/**
 * Improved DDPM (Nichol, Dhariwal 2021; Karras et al. 2022, table 1): as VP with a cosine schedule
 * of M noise levels `u`; F is told the index of the nearest one.
 * @param options the noise schedule.
 * @example
 * const {sigmaMin, sigmaMax} = hg.iddpmPreconditioning();
 * console.log(sigmaMin.toFixed(4), sigmaMax.toFixed(0)); // 0.0064 20291
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
  /** F. */
  readonly network: Network;
  /** How F becomes D. */
  readonly preconditioning: Preconditioning;
  /**
   * D(x; sigma) with the given weights; differentiable in them.
   * @param weights the parameters' values.
   * @param x noisy images, `[N, H, W, C]`.
   * @param sigma noise level of each image, `[N]`, > 0.
   * @param conditions classes, augmentations, randomness of dropout (default none).
   * @returns a tensor shaped like x.
   */
  denoise(weights: Weights, x: Tensor4D, sigma: Tensor1D, conditions?: Conditions): Tensor4D;
}

/**
 * Joins a network and a preconditioning (Karras et al. 2022, eq. 7):
 * D(x; sigma) = c_skip·x + c_out·F(c_in·x; c_noise).
 * @param network F.
 * @param preconditioning how F becomes D.
 * @example
 * const network = hg.songUNet({resolution: 4, channels: 1, modelChannels: 4});
 * const model = hg.precondition(network, hg.edmPreconditioning());
 * const shapes = new Map(network.parameters.map(({name, shape}) => [name, [...shape]]));
 * const zeros = (name: string) => hg.tf.zeros(shapes.get(name)!);
 * // A network that says 0 leaves c_skip·x.
 * const D = model.denoise(zeros, hg.tf.ones([1, 4, 4, 1]), hg.tf.tensor1d([0.5]));
 * console.log(D.dataSync()[0]!.toFixed(3)); // 0.500
 */
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
