/**
 * The contracts every part of the project shares. Each shape convention is stated here once.
 *
 * Axes: N images, H rows, W columns, C channels, D = H·W·C pixels, R components, K steps.
 * Images are NHWC. Pixels are in [-1, 1]; sigma is in the same unit.
 * Schedules run from large to small sigma, K + 1 values, the last one 0.
 *
 * Ownership: arguments are borrowed, results belong to the caller. `dispose()` frees what the
 * object itself made, never what it was given.
 */
import type {Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';

/** `[H, W, C]` of one image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/**
 * A denoiser D(x; sigma): the estimate of the clean image behind the noisy x = image + sigma·noise.
 */
export interface Denoiser {
  /** Short name for legends and tables, for example `'Gaussian'`. */
  readonly name: string;
  /** `[H, W, C]` of the images that it takes. */
  readonly imageShape: ImageShape;
  /**
   * D(x; sigma).
   * @param x noisy images, `[N, H, W, C]`, float32.
   * @param sigma noise level of each image, `[N]`, > 0.
   * @returns a new tensor shaped like x.
   */
  denoise(x: Tensor4D, sigma: Tensor1D): Tensor4D;
  /** Frees the tensors the denoiser made itself. */
  dispose(): void;
}

/** Classes 0, 1, …, in the smallest type that holds the largest; made by `labelsOf`. */
export type Labels = Uint8Array | Uint16Array | Int32Array;

/** Labels that are no classes: a vector for each image. */
export interface LabelVectors {
  /** `[N, size]` row by row. */
  readonly values: Float32Array;
  /** Length of one image's vector. */
  readonly size: number;
}

/** Images held in memory as bytes; made by the readers in `src/data`. */
export interface Dataset {
  /** Name for tables and run records, for example `'fashion-mnist-16/train/n64'`. */
  readonly name: string;
  /** Pixels 0..255, `[N, H, W, C]` row by row. */
  readonly images: Uint8Array;
  /** Class of each image, `[N]`, when the source has classes. */
  readonly labels?: Labels;
  /** Label vector of each image, when the source has vectors instead of classes. */
  readonly labelVectors?: LabelVectors;
  /** Name of each image's file, `[N]`, when the images come from files. */
  readonly files?: readonly string[];
  /** N. */
  readonly count: number;
  /** `[H, W, C]` of one image. */
  readonly imageShape: ImageShape;
  /** SHA-256 of shape and pixels, hexadecimal: what run records and caches refer to. */
  readonly hash: string;
}

/** An estimate with its 95 % interval. */
export interface Interval {
  /** The value itself, in its own unit; usually, but not always, inside the interval. */
  readonly estimate: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
}

/** Seeded randomness. Every random choice in the project comes from one of these. */
export interface Rng {
  /** Uniform in [0, 1). */
  uniform(): number;
  /**
   * Uniform integer in [0, n).
   * @param n how many integers there are to choose from, at least 1.
   * @throws RangeError for another n.
   */
  int(n: number): number;
  /**
   * A uniformly random order of 0..n-1.
   * @param n how many numbers are ordered.
   */
  permutation(n: number): Uint32Array;
  /** Two 31-bit words that seed TensorFlow's stateless random ops. */
  seedPair(): readonly [number, number];
  /**
   * An independent generator, the same for the same label, whatever was drawn before.
   * @param label what it is for, for example `'noise'`.
   */
  fork(label: string): Rng;
}

/** Told how far a long computation has come. */
export type OnProgress = (progress: Progress) => void;

/** How far a long computation has come. */
export interface Progress {
  /** What is being computed, for example `'linear fit'`. */
  readonly label: string;
  /** Parts done so far, of `total`. */
  readonly done: number;
  /** Parts in all; of what kind, the computation says. */
  readonly total: number;
  /** Short extra text, for example the loss. */
  readonly detail?: string;
  /** After an interruption, the last report: what is kept of the computation. */
  readonly stopped?: string;
}
