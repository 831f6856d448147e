/** Noise schedules, and every state of Heun's and Euler's samplers along them. */
import {z} from 'zod';
import {sampleEuler} from '../../../src/sampling/euler';
import {sampleHeun} from '../../../src/sampling/heun';
import {karrasSchedule} from '../../../src/sampling/schedule';
import type {KarrasOptions} from '../../../src/sampling/schedule';
import {toPixels, toPlanes} from '../arrays';
import type {Checks} from '../checks';
import type {Fixture} from '../folder';
import {number, readRecord} from '../record';
import {denoiserOf} from '../sources';
import type {Job, NamedDenoiser} from '../sources';

const OWN = {
  options: z.strictObject({
    sigma_min: number, sigma_max: number, rho: number,
    // Without churn no noise is added, whatever the other three say.
    S_churn: z.literal(0), S_noise: number.optional(), S_min: number.optional(),
    S_max: z.union([number, z.literal('Infinity')]).optional(), note: z.string().optional(),
  }),
};
type Options = z.infer<typeof OWN.options>;

const SAMPLERS = {heun: sampleHeun, euler: sampleEuler};

/** `gauss.heun.N10.x`: denoiser, solver, schedule, what is stored. */
const RUN = /^([a-z]\w*)\.([a-z]\w*)\.(N\d.*)\.(x|D0|D_last)$/;

export const recognises = ({tensors}: Fixture): boolean =>
    [...tensors.keys()].some((name) => name.startsWith('schedule.') || RUN.test(name));

export async function run(job: Job): Promise<void> {
  const {checks} = job;
  const {options} = readRecord(checks.fixture, OWN);
  for (const name of checks.matching(/^schedule\./)) {
    checks.compare(name, karrasSchedule(scheduleOf(name.slice('schedule.'.length), options)));
  }
  const runs = checks.matching(RUN).map((name) => RUN.exec(name)!.slice(1, 4).join('.'));
  for (const name of new Set(checks.matching(RUN).map((each) => RUN.exec(each)![1]!))) {
    const denoiser = denoiserOf(job, name);
    try {
      for (const prefix of new Set(runs.filter((each) => each.startsWith(`${name}.`)))) {
        await checkRun(checks, prefix, denoiser, options);
      }
    } finally {
      denoiser.denoiser.dispose();
    }
  }
}

async function checkRun(
    checks: Checks, prefix: string, {denoiser, model}: NamedDenoiser, options: Options):
    Promise<void> {
  const [, name, solver, label] = RUN.exec(`${prefix}.x`)!;
  if (!(solver! in SAMPLERS)) throw new Error(`${prefix}: there is no solver ${solver}`);
  const sample = SAMPLERS[solver as keyof typeof SAMPLERS];
  const {imageShape} = denoiser;
  const wanted = scheduleOf(label!, options);
  // EDM's sampler stays within the levels that a network was made for.
  const schedule = karrasSchedule({
    ...wanted,
    sigmaMin: Math.max(wanted.sigmaMin!, model?.sigmaMin ?? 0),
    sigmaMax: Math.min(wanted.sigmaMax!, model?.sigmaMax ?? Infinity),
  });
  const noise = toPixels(checks.read(`${name}.z`).data, imageShape);
  const {trajectory} = await sample(denoiser, noise, schedule, {trajectory: true});
  const {states, denoised} = trajectory!;
  const planes = (images: ArrayLike<number>): Float64Array => toPlanes(images, imageShape);
  const limit = checks.limitOf(`${prefix}.x`);
  const stored: Readonly<Record<string, () => ArrayLike<number>>> = {
    x: () => states.flatMap((state) => [...planes(state)]),
    D0: () => planes(denoised[0]!),
    D_last: () => planes(denoised.at(-1)!),
  };
  for (const [what, values] of Object.entries(stored)) {
    const tensor = `${prefix}.${what}`;
    if (checks.has(tensor)) checks.compare(tensor, values(), {limit});
  }
}

/**
 * The schedule of a label: the record's options, unless it says otherwise, as
 * `N12_sigma_min0.01_sigma_max50_rho5` does.
 * @throws Error for a label that says something else.
 */
export function scheduleOf(
    label: string, options: Pick<Options, 'sigma_min' | 'sigma_max' | 'rho'>): KarrasOptions {
  const [steps, ...others] = label.split(/_(?=sigma_min|sigma_max|rho)/);
  const count = /^N(\d+)$/.exec(steps!)?.[1];
  const given = new Map(others.map((text) => {
    const found = /^(sigma_min|sigma_max|rho)(\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(text);
    return [found?.[1], Number(found?.[2])] as const;
  }));
  if (count === undefined || given.has(undefined) || given.size !== others.length) {
    throw new Error(`cannot read the schedule ${label}`);
  }
  return {
    steps: Number(count),
    sigmaMin: given.get('sigma_min') ?? options.sigma_min,
    sigmaMax: given.get('sigma_max') ?? options.sigma_max,
    rho: given.get('rho') ?? options.rho,
  };
}
