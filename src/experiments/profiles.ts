/** The profiles: the same experiments at several scales, as plain records. */
import type {TrainOptions} from '../training/options';
import {paper, paperCifar10} from './paper-profiles';
import type {ProfileData} from './profile-data';

/** The names of the profiles; `paper` and `paper-cifar10` hold the paper's own settings. */
export type ProfileName = 'smoke' | 'quick' | 'full' | 'paper' | 'paper-cifar10';

/** The scale of all experiments, as one plain record. */
export interface Profile {
  /** As `profileOf` takes it. */
  readonly name: ProfileName;
  /** What it is for, in a line. */
  readonly purpose: string;
  /** Its images. */
  readonly data: ProfileData;
  /** Numbers of training images of section II, rising; each subset contains the smaller ones. */
  readonly sizes: readonly number[];
  /** Network width of section II. */
  readonly width: number;
  /** Network widths of section IV, rising, `width` among them. */
  readonly widths: readonly number[];
  /** N of section IV: one of `sizes`. */
  readonly smallSize: number;
  /** Options that all training runs share. */
  readonly train: Partial<TrainOptions>;
  /** Kept checkpoints of the run of section IV, about log-spaced. */
  readonly timeCheckpoints: readonly number[];
  /** Points of the sigma grid for linearity. */
  readonly linearityPoints: number;
  /** Pairs per sigma for linearity. */
  readonly pairs: number;
  /** Images that denoisers are compared on, per sigma. */
  readonly comparisonImages: number;
  /** Images generated per model. */
  readonly samples: number;
  /** Heun steps of those samples. */
  readonly samplingSteps: number;
  /** Noisy images per sigma that the closed-form linear fit sees. */
  readonly linearFitSamples: number;
  /** Epochs of gradient descent on affine denoisers (Theorem 1). */
  readonly adamEpochs: number;
  /** Seed of training sets, training runs and all measurements. */
  readonly seed: number;
  /** Seeds of further training runs of the smallest and largest N: how much training varies. */
  readonly moreSeeds: readonly number[];
  /**
   * What a notebook's parameters changed, besides images and seed, for example `['N = 64, 512']`;
   * absent in the profiles themselves. See `changedProfile`.
   */
  readonly changes?: readonly string[];
}

/** N between the smallest and the largest, where gradient descent is tried (Theorem 1). */
export const middleSize = ({sizes}: Pick<Profile, 'sizes'>): number =>
    sizes[Math.floor((sizes.length - 1) / 2)]!;

/** Whole numbers from about `first` to `last`, evenly spaced in the logarithm. */
export function logSteps(first: number, last: number, count: number): number[] {
  const ratio = Math.log(last / first) / (count - 1);
  const steps = Array.from({length: count}, (_, i) => Math.round(first * Math.exp(ratio * i)));
  return [...new Set(steps)];
}

const quick: Profile = {
  name: 'quick',
  purpose: 'trains every run from scratch at a scale where the findings show',
  data: {kind: 'fashion-mnist', resolution: 16},
  sizes: [64, 256, 1024, 4096, 16384, 60000],
  width: 16,
  widths: [4, 8, 16],
  smallSize: 64,
  train: {
    channelMult: [1, 2, 2], steps: 2000, batchSize: 32, learningRate: 3e-3,
    emaHalfLifeImages: 20_000,
  },
  timeCheckpoints: logSteps(30, 2000, 15),
  linearityPoints: 20,
  pairs: 100,
  comparisonImages: 192,
  samples: 100,
  samplingSteps: 18,
  linearFitSamples: 6144,
  adamEpochs: 400,
  seed: 0,
  moreSeeds: [],
};

const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  smoke: {
    ...quick,
    name: 'smoke',
    purpose: 'runs every line in minutes; its numbers mean nothing',
    data: {kind: 'fashion-mnist', resolution: 8},
    sizes: [16, 32, 64, 128, 256, 512],
    width: 8,
    widths: [4, 8, 12],
    smallSize: 16,
    train: {...quick.train, channelMult: [1, 2], steps: 60, batchSize: 16, warmupSteps: 10},
    timeCheckpoints: logSteps(10, 60, 5),
    linearityPoints: 5,
    pairs: 12,
    comparisonImages: 24,
    samples: 16,
    samplingSteps: 6,
    linearFitSamples: 256,
    adamEpochs: 2,
    moreSeeds: [1],
  },
  quick,
  full: {
    ...quick,
    name: 'full',
    purpose: 'original resolution, wider networks, longer training, more seeds',
    data: {kind: 'fashion-mnist', resolution: 28},
    width: 32,
    widths: [4, 8, 16, 32, 48],
    smallSize: 256,
    train: {
      channelMult: [1, 2, 2], steps: 20_000, batchSize: 64, learningRate: 2e-3,
      emaHalfLifeImages: 100_000,
    },
    timeCheckpoints: logSteps(50, 20_000, 16),
    linearityPoints: 40,
    comparisonImages: 512,
    samples: 256,
    linearFitSamples: 32_768,
    moreSeeds: [1, 2, 3, 4],
  },
  paper,
  'paper-cifar10': paperCifar10,
};

/** The names that `profileOf` knows. */
export const PROFILE_NAMES = Object.keys(PROFILES) as readonly ProfileName[];

/**
 * The profile of a name.
 * @param name `'smoke'`, `'quick'`, `'full'`, `'paper'` or `'paper-cifar10'`.
 * @throws RangeError listing the profiles there are.
 * @example console.log(hg.profileOf('quick').sizes); // [ 64, 256, 1024, 4096, 16384, 60000 ]
 */
export function profileOf(name: string): Profile {
  if (!Object.hasOwn(PROFILES, name)) {
    throw new RangeError(`unknown profile ${JSON.stringify(name)}: expected one of ` +
        `${PROFILE_NAMES.join(', ')}`);
  }
  return PROFILES[name as ProfileName];
}

/** A profile with its parts, for example `paper` and `paper-cifar10`. @throws RangeError likewise. */
export const profilesOf = (name: string): readonly Profile[] => [
  profileOf(name),
  ...PROFILE_NAMES.filter((other) => other.startsWith(`${name}-`)).map(profileOf),
];
