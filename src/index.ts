/** The public API of hidden-gaussian. */
export type {
  Dataset, Denoiser, ImageShape, Interval, OnProgress, Progress, Rng,
} from './types';
