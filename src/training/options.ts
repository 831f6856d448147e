/** The options of a training run: one plain record, saved and hashed with its results. */
import {z} from 'zod';
import {zodProblems} from '../zod-problems';

/** Everything that decides the result of a training run, besides the images. */
export interface TrainOptions {
  /** DDPM++ (Song et al. 2021; the paper's), NCSN++ (the same) or ADM (Dhariwal, Nichol 2021). */
  readonly architecture: 'ddpmpp' | 'ncsnpp' | 'adm';
  /** Channels at full resolution. A multiple of 4. */
  readonly width: number;
  /** Width of each level as a multiple of `width`. */
  readonly channelMult: readonly number[];
  /** Blocks per level. */
  readonly numBlocks: number;
  /** Resolutions with self-attention, besides the bottleneck's. */
  readonly attentionResolutions: readonly number[];
  /** Dropout rate of the blocks' activations; EDM: 0.13 on CIFAR-10, 0.05 on FFHQ-64. */
  readonly dropout: number;
  /** Optimizer steps. */
  readonly steps: number;
  /** Images per step, drawn with replacement. */
  readonly batchSize: number;
  /** Adam's rate after the warm-up; betas (0.9, 0.999), eps 1e-8. */
  readonly learningRate: number;
  /** Steps over which the rate rises from 0; EDM: 10 Mimg. */
  readonly warmupSteps: number;
  /** Half-life of the average of the weights, in images; EDM: 0.5 Mimg. */
  readonly emaHalfLifeImages: number;
  /** The half-life is at most this share of the images seen so far; EDM: 0.05. */
  readonly emaRampRatio: number;
  /** Mean of ln sigma, which is normal; EDM: -1.2. */
  readonly pMean: number;
  /** Standard deviation of ln sigma; EDM: 1.2. */
  readonly pStd: number;
  /** Standard deviation that the preconditioning assumes; EDM: 0.5. */
  readonly sigmaData: number;
  /** Seeds initial weights, batches, noise levels and noise. */
  readonly seed: number;
  /** Steps after which weights are kept; the last step always is. */
  readonly checkpoints: readonly number[];
}

const schema: z.ZodType<TrainOptions> = z.strictObject({
  architecture: z.enum(['ddpmpp', 'ncsnpp', 'adm']),
  width: z.int().min(4).multipleOf(4),
  channelMult: z.array(z.int().min(1)).min(1),
  numBlocks: z.int().min(1),
  attentionResolutions: z.array(z.int().min(1)),
  dropout: z.number().min(0).lt(1),
  steps: z.int().min(1),
  batchSize: z.int().min(1),
  learningRate: z.number().positive(),
  warmupSteps: z.int().min(0),
  emaHalfLifeImages: z.number().min(0),
  emaRampRatio: z.number().min(0),
  pMean: z.number(),
  pStd: z.number().positive(),
  sigmaData: z.number().positive(),
  seed: z.int(),
  checkpoints: z.array(z.int().min(1)),
});

/**
 * EDM's settings (Karras et al. 2022, table 1 and appendix F), at the size of a laptop: what
 * `trainOptions` completes with.
 * @example
 * const {pMean, pStd, sigmaData} = hg.DEFAULT_TRAIN_OPTIONS;
 * console.log(pMean, pStd, sigmaData); // -1.2 1.2 0.5
 */
export const DEFAULT_TRAIN_OPTIONS: TrainOptions = {
  architecture: 'ddpmpp',
  width: 16,
  channelMult: [1, 2],
  numBlocks: 1,
  attentionResolutions: [],
  dropout: 0,
  steps: 2000,
  batchSize: 64,
  learningRate: 2e-3,
  warmupSteps: 100,
  emaHalfLifeImages: 500_000,
  emaRampRatio: 0.05,
  pMean: -1.2,
  pStd: 1.2,
  sigmaData: 0.5,
  seed: 0,
  checkpoints: [],
};

/**
 * Completes and checks options; checkpoints come back sorted and end with the last step.
 * @param overrides what differs from `DEFAULT_TRAIN_OPTIONS`.
 * @throws RangeError naming each bad field.
 * @example
 * const {width, checkpoints} = hg.trainOptions({steps: 1000, checkpoints: [300, 100]});
 * console.log(width, checkpoints); // 16 [ 100, 300, 1000 ]
 */
export function trainOptions(overrides: Partial<TrainOptions> = {}): TrainOptions {
  const parsed = schema.safeParse({...DEFAULT_TRAIN_OPTIONS, ...overrides});
  if (!parsed.success) {
    throw new RangeError(`trainOptions: ${zodProblems(parsed.error)}`);
  }
  const {checkpoints, steps} = parsed.data;
  const beyond = checkpoints.find((step) => step > steps);
  if (beyond !== undefined) {
    throw new RangeError(
        `trainOptions: checkpoint ${beyond} lies beyond the last step, ${steps}`);
  }
  return {
    ...parsed.data,
    checkpoints: [...new Set([...checkpoints, steps])].sort((a, b) => a - b),
  };
}
