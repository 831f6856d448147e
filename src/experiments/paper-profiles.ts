/**
 * The paper's own settings (Li, Dai, Qu, NeurIPS 2024). Its models are trained by EDM's `train.py`,
 * which its code repository contains unchanged. Marks behind the values:
 *
 *     [P] the paper                [C] a file of its code repository
 *     [E] NVlabs/edm, train.py's defaults, or training/training_loop.py's
 *     [O] ours, where neither says
 */
import type {TrainOptions} from '../training/options';
import type {Profile} from './profiles';

/**
 * The step at which EDM's loop has finished so many ticks: the first comes after one step, each
 * later one when 50 kimg more are seen [E: --tick].
 */
const afterTicks = (ticks: number, batch: number): number => 1 + ticks * Math.ceil(50_000 / batch);

/** Snapshots that `train.py` writes, thinned: each twice the one before [E: --snap 50]. */
const snapshots = (batch: number): number[] =>
    [50, 100, 200, 400, 800].map((ticks) => afterTicks(ticks, batch));

/**
 * EDM's training of an NCSN++ (its "VE" models) with EDM's own preconditioning. The paper's
 * networks are these: at widths 4, 8, 16 they have 64 k, 251 k, 992 k parameters [P, section IV],
 * where DDPM++ has 63 k, 247 k, 977 k; and its notebooks load EDM's VE checkpoints [C]. Augmentation
 * [E: --augment] is left out: `TrainOptions` has none.
 */
const edmTraining = (batchSize: number) => ({
  architecture: 'ncsnpp',
  numBlocks: 4,                                    // [E] training/networks.py, SongUNet
  attentionResolutions: [16],                      // [E] likewise
  batchSize,
  learningRate: 1e-3,                              // [E] --lr (README, FFHQ: 2e-4); Adam as in EDM
  warmupSteps: Math.round(10_000_000 / batchSize), // [E] lr_rampup_kimg 10,000
  emaHalfLifeImages: 500_000,                      // [E] --ema 0.5
  emaRampRatio: 0.05,                              // [E] ema_rampup_ratio
  pMean: -1.2, pStd: 1.2, sigmaData: 0.5,          // [E] training/loss.py, EDMLoss
} as const satisfies Partial<TrainOptions>);

/** What both data sets are measured with. */
const MEASUREMENTS = {
  linearityPoints: 40,                             // [C] Emerging_Linearity_….ipynb, num_steps
  pairs: 100,                                      // [P] eq. 11; [C] likewise, batch_size
  samples: 100,                                    // [P] eq. 14, k
  adamEpochs: 100,                                 // [C] train_linear_model.py, --epochs
  comparisonImages: 100,                           // [O]
  seed: 0,                                         // [O]
  moreSeeds: [],                                   // [O] one training a model
} as const;

/**
 * Images a step on FFHQ [E: README, FFHQ]. Counted in epochs of N = 1094, as the paper does, its
 * last snapshot then is at 64,210, which is what it says; with 512 images it would be 64,211.
 */
const FFHQ_BATCH = 256;
/** Step at epoch 841 of N = 1094, where the paper finds the network closest to its Gaussian [P]. */
const EARLY_STOP = Math.round(841 * 1094 / FFHQ_BATCH);
const FFHQ_STEPS = afterTicks(1400, FFHQ_BATCH);   // [C] network-snapshot-070246.pkl: 70,246 kimg

/** [E: --batch] */
const CIFAR10_BATCH = 512;
const CIFAR10_STEPS = Math.ceil(200_000_000 / CIFAR10_BATCH);                // [E] --duration 200

/** FFHQ at 64x64: sections II to IV of the paper. */
export const paper: Profile = {
  name: 'paper',
  purpose: 'the paper\'s own settings, on FFHQ',
  data: {
    kind: 'zips', title: 'FFHQ', imageShape: [64, 64, 3],
    train: {
      file: 'ffhq-64x64.zip', images: 70_000, source: 'FFHQ\'s folder images1024x1024',
      arguments: 'images1024x1024 --resolution 64',
    },
    // What the distillation and the linearity are measured on [C: train_linear_model.py].
    heldOut: {
      file: 'celeba-hq-64x64.zip', images: 30_000, source: 'CelebA-HQ\'s images',
      arguments: 'celeba-hq --resolution 64',
    },
  },
  sizes: [68, 137, 1094, 8750, 35_000, 70_000],    // [C] likewise; 70,000 / 2^k, k = 10 9 6 3 1 0
  width: 128,                                      // [P], [C] "scale_128"
  widths: [4, 8, 16, 32, 64, 128],                 // [P] section IV
  smallSize: 1094,                                 // [P] likewise
  train: {
    ...edmTraining(FFHQ_BATCH),
    channelMult: [1, 2, 2, 2],                     // [E] README, FFHQ: --cres
    dropout: 0.05,                                 // [E] README, FFHQ
    steps: FFHQ_STEPS,
  },
  // Half, a quarter, … of the early stop [O], so that the U-shape has a left side.
  timeCheckpoints: [
    ...[16, 8, 4, 2, 1].map((part) => Math.round(EARLY_STOP / part)), ...snapshots(FFHQ_BATCH),
    FFHQ_STEPS,
  ],
  ...MEASUREMENTS,
  samplingSteps: 40,                               // [E] README, FFHQ
  linearFitSamples: 65_536,                        // [O] 5 images a pixel value
};

/** CIFAR-10: the paper's appendix. */
export const paperCifar10: Profile = {
  name: 'paper-cifar10',
  purpose: 'the paper\'s own settings, on CIFAR-10',
  data: {
    kind: 'zips', title: 'CIFAR-10', imageShape: [32, 32, 3],
    train: {
      file: 'cifar10-32x32.zip', images: 50_000, source: 'CIFAR-10\'s training images',
      arguments: 'cifar-10-python.tar.gz',
    },
    heldOut: {
      file: 'cifar10-32x32-test.zip', images: 10_000, source: 'CIFAR-10\'s test images',
      arguments: 'cifar-10-python.tar.gz --split test',
    },
  },
  sizes: [49, 98, 781, 6250, 25_000, 50_000],      // [P] 50,000 / 2^k; which k: as FFHQ [O]
  width: 64,                                       // [P]
  widths: [4, 8, 16, 32, 64],                      // [O] FFHQ's, up to this width
  smallSize: 781,                                  // [O] the same k as FFHQ's 1094
  train: {
    ...edmTraining(CIFAR10_BATCH),
    channelMult: [2, 2, 2],                        // [E] train.py, ncsnpp
    dropout: 0.13,                                 // [E] --dropout
    steps: CIFAR10_STEPS,
  },
  timeCheckpoints: [
    ...[8, 4, 2].map((part) => Math.round(afterTicks(50, CIFAR10_BATCH) / part)),
    ...snapshots(CIFAR10_BATCH), afterTicks(1600, CIFAR10_BATCH), CIFAR10_STEPS,
  ],
  ...MEASUREMENTS,
  samplingSteps: 18,                               // [E] README, CIFAR-10
  linearFitSamples: 32_768,                        // [O] 10 images a pixel value
};

/**
 * What the paper measures with and the profiles do not choose: the noise levels, its sampler, its
 * distillation. All profiles have them, as defaults of the functions named.
 */
export const PAPER_METHODS = {
  /** `karrasSchedule`: points, rho, from and to [C: generate_image in its notebooks]. */
  sigmaGrid: {steps: 10, rho: 7, sigmaMax: 80, sigmaMin: 0.002},
  /** `sampleEuler` along that grid, float64, no churn [C: likewise]. */
  sampler: {kind: 'euler', steps: 10},
  /** `fitLinearAdam` with `paperLearningRate` [C: train_linear_model.py; rates in its notebook]. */
  distillation: {
    batch: 256, epochs: 100,
    learningRates: [5e-5, 5e-5, 5e-5, 5e-5, 5e-5, 5e-4, 5e-4, 5e-3, 5e-2, 5e-2],
  },
} as const;
