/** What the rules of a distillation share: its record, its pairs, and the error of a map on them. */
import {z} from 'zod';
import type {AffineMap} from '../../../src/denoisers/gaussian';
import {linearDenoiser} from '../../../src/denoisers/linear';
import type {NamedArray} from '../../../src/store/safetensors';
import {number} from '../record';

export const RECORD = {
  data: z.looseObject({n: z.int().min(1)}).optional(),
  options: z.strictObject({
    sigma: number, lr: number, betas: z.tuple([number, number]), eps: number,
    steps: z.int().min(1), batch_size: z.int().min(1), input_dim: z.int().min(1),
    temperature: z.literal(1), init: z.literal('zeros'),
  }),
  values: z.strictObject({
    mse_optimum: number, mse_adam: number, mse_fresh_on_stored_pairs: number,
    fresh_mean_loss_last_50: number, mse_zero_model: number, adam_rel_distance_to_optimum: number,
    fresh_rel_distance_to_optimum: number, condition_number_of_design: number,
  }).partial(),
};
export type Distillation = z.infer<z.ZodObject<typeof RECORD>>;

/** The pairs that are fitted, `[n, D]` each, and their noise level. */
export interface Pairs {
  readonly x: NamedArray;
  readonly y: NamedArray;
  readonly sigma: number;
}

/** Squared error of a map on the pairs, mean over pairs and pixels. */
export function errorOf(map: AffineMap, {x, y, sigma}: Pairs): number {
  const linear = linearDenoiser({
    imageShape: [1, map.bias.length, 1], sigmas: [sigma], weights: [map.weight],
    biases: [map.bias],
  });
  try {
    const mapped = linear.denoise64(Float64Array.from(x.data), sigma);
    return mapped.reduce((sum, value, i) => sum + (value - y.data[i]!) ** 2, 0) / mapped.length;
  } finally {
    linear.dispose();
  }
}
