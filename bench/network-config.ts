/** What the network and the training of the cases are: numbers only, for the driver too. */

/** What tells one network from another; peers get the same record. */
export interface NetworkConfig {
  readonly resolution: number;
  readonly channels: number;
  readonly width: number;
}

/** Adam, average and noise distribution of every training here. */
export const TRAINING = {
  pMean: -1.2, pStd: 1.2,
  adam: {learningRate: 2e-3, rampImages: 6400, beta1: 0.9, beta2: 0.999, eps: 1e-8},
  ema: {halfLifeImages: 500_000, rampRatio: 0.05},
} as const;
