/** The schedule that a tensor of the golden `samplers` fixture belongs to. */
import type {KarrasOptions} from '../../src/sampling/schedule';

/**
 * The record's options, unless the tensor's name says otherwise, as in
 * `schedule.N12_sigma_min0.01_sigma_max50_rho5`.
 */
export function goldenSchedule(
    name: string, options: {sigma_min: number; sigma_max: number; rho: number}): KarrasOptions {
  const given = (key: string): number | undefined => {
    const found = name.match(new RegExp(`${key}(\\d+(?:\\.\\d+)?)`));
    return found === null ? undefined : Number(found[1]);
  };
  return {
    steps: given('N')!,
    sigmaMin: given('_sigma_min') ?? options.sigma_min,
    sigmaMax: given('_sigma_max') ?? options.sigma_max,
    rho: given('_rho') ?? options.rho,
  };
}
