/** Linearity, score difference and GL score, with the denoisers' outputs behind them. */
import {z} from 'zod';
import {pairLinearity} from '../../../src/analysis/linearity';
import {memorizationScores} from '../../../src/analysis/memorization';
import {compareDenoisers} from '../../../src/analysis/score-difference';
import {createRng} from '../../../src/backend/rng';
import {tf} from '../../../src/backend/tf';
import type {Denoiser} from '../../../src/types';
import {part, planesOf, tidyValues, toImages} from '../arrays';
import type {Checks} from '../checks';
import type {Fixture} from '../folder';
import {named, numbers, readRecord} from '../record';
import {denoiserOf, imagesOf, trainingSet} from '../sources';
import type {Job} from '../sources';
import {EXACT, parseLimit} from '../tolerance';

const rowsOf = z.array(numbers);
const OWN = {
  sigmas: numbers, batch: z.int().min(1).optional(),
  linearity: z.record(z.string(), z.strictObject(
      {cosine: numbers, normalized_difference: numbers, cosine_per_pair: rowsOf})).optional(),
  score_difference: z.record(z.string(), z.strictObject({
    per_sigma: numbers, per_sample: rowsOf, NOT_this_root_of_batch_mean: numbers.optional(),
  })).optional(),
  gl: z.strictObject({mean_per_group: named, groups: z.string(), per_image: numbers}).optional(),
};
type MetricsRecord = z.infer<z.ZodObject<typeof OWN>>;

export const recognises = ({tensors}: Fixture): boolean =>
    [...tensors.keys()].some((name) => /^(lin|diff|gl)\./.test(name));

export async function run(job: Job): Promise<void> {
  const {checks} = job;
  const record = readRecord(checks.fixture, OWN);
  if (checks.has('io.sigma')) checks.compare('io.sigma', record.sigmas, {limit: EXACT});
  const denoisers = new Map<string, Denoiser>();
  const denoiser = (name: string): Denoiser => {
    if (!denoisers.has(name)) denoisers.set(name, denoiserOf(job, name).denoiser);
    return denoisers.get(name)!;
  };
  try {
    if (checks.has('lin.x1')) {
      checkInputs(job, record);
      checkOutputs(checks, record, denoiser);
      checkLinearity(checks, record, denoiser);
      await checkDifferences(checks, record, denoiser);
    }
    await checkMemorization(job, record);
  } finally {
    for (const each of denoisers.values()) each.dispose();
  }
}

const meanOf = (values: readonly number[]): number =>
    values.reduce((a, b) => a + b) / values.length;

/** Whether x1 and x2 are the images they are said to be, with noise of the level's size. */
function checkInputs(job: Job, {sigmas, batch}: MetricsRecord): void {
  const {checks} = job;
  const images = imagesOf(job);
  const size = images.data.length / images.shape[0]!;
  for (const side of ['1', '2']) {
    const x = checks.read(`lin.x${side}`);
    if (x.shape[0] !== sigmas.length || batch !== undefined && x.shape[1] !== batch) {
      checks.fail(`lin.x${side}: expected ${sigmas.length} sigmas of ${batch} inputs`);
    }
    if (!checks.has(`lin.index${side}`)) continue;
    const {data: index} = checks.read(`lin.index${side}`);
    const spread = sigmas.map((sigma, k) => {
      const {data} = part(x, k);
      let sum = 0;
      for (let i = 0; i < data.length; i++) {
        const from = index[Math.floor(i / size)]! * size + i % size;
        sum += ((data[i]! - (images.data[from]! / 127.5 - 1)) / sigma) ** 2;
      }
      return sum / data.length;
    });
    // Six standard deviations of the mean square of so many normal numbers.
    checks.compareValues(`lin.index${side} (variance of the noise)`, spread, sigmas.map(() => 1),
        {atol: 6 * Math.sqrt(2 * sigmas.length / x.data.length), rtol: 0});
  }
}

/** D(x1), D(x2) and D(x12) in `lin.NAME.D`, D(x1) in `diff.NAME.D`. */
function checkOutputs(
    checks: Checks, {sigmas}: MetricsRecord, denoiser: (name: string) => Denoiser): void {
  for (const tensor of checks.matching(/^(lin|diff)\.\w+\.D$/)) {
    const [group, name] = tensor.split('.') as [string, string];
    const inputs = group === 'lin' ? ['lin.x1', 'lin.x2', 'lin.x12'] : ['lin.x1'];
    checks.compare(tensor, sigmas.flatMap((sigma, k) => inputs.flatMap((input) => tidyValues(() => {
      const x = toImages(part(checks.read(input), k));
      return [...planesOf(denoiser(name).denoise(x, tf.fill([x.shape[0]], sigma)))];
    }))));
  }
}

function checkLinearity(
    checks: Checks, {sigmas, linearity = {}}: MetricsRecord,
    denoiser: (name: string) => Denoiser): void {
  const alpha = alphaOf(checks);
  for (const [name, expected] of Object.entries(linearity)) {
    const found = sigmas.map((sigma, k) => tidyValues(() => {
      const [x1, x2] = ['lin.x1', 'lin.x2'].map((each) => toImages(part(checks.read(each), k)));
      return pairLinearity(denoiser(name), x1!, x2!, sigma, {alpha}).plain;
    }));
    const ofCosine = checks.limitOf(`linearity.${name}`);
    const scores = found.map(({score}) => score);
    checks.compareValues(`linearity.${name}.cosine_per_pair`, scores.flat(),
        expected.cosine_per_pair.flat(), ofCosine);
    checks.compareValues(
        `linearity.${name}.cosine`, scores.map(meanOf), expected.cosine, ofCosine);
    checks.compareValues(`linearity.${name}.normalized_difference`,
        found.map(({nmseToCombination}) => meanOf(nmseToCombination)),
        expected.normalized_difference, checks.limitOf('normalized_difference'));
  }
}

/**
 * The weight of x1 in the stored x12 = alpha·x1 + beta·x2, by least squares.
 * @throws Error unless beta is sqrt(1 - alpha²) and x12 is that sum.
 */
function alphaOf({read}: Checks): number {
  const [x1, x2, x12] = ['lin.x1', 'lin.x2', 'lin.x12'].map((name) => Array.from(read(name).data));
  const dot = (a: readonly number[], b: readonly number[]): number => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
    return sum;
  };
  const [aa, ab, bb] = [dot(x1!, x1!), dot(x1!, x2!), dot(x2!, x2!)];
  const [ay, by] = [dot(x1!, x12!), dot(x2!, x12!)];
  const determinant = aa * bb - ab * ab;
  const alpha = (ay * bb - by * ab) / determinant;
  const beta = (by * aa - ay * ab) / determinant;
  const residual = x12!.reduce((most, y, i) =>
    Math.max(most, Math.abs(y - alpha * x1![i]! - beta * x2![i]!)), 0);
  const scale = x12!.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  if (!(Math.abs(alpha ** 2 + beta ** 2 - 1) < 1e-6 && residual < 1e-6 * scale)) {
    throw new Error('lin.x12: expected alpha·x1 + sqrt(1 - alpha²)·x2 with one alpha for all, ' +
        `got ${alpha} and ${beta}, off by up to ${residual}`);
  }
  return Math.abs(alpha - Math.SQRT1_2) < 1e-6 ? Math.SQRT1_2 : alpha;
}

async function checkDifferences(
    checks: Checks, {sigmas, score_difference: pairs = {}}: MetricsRecord,
    denoiser: (name: string) => Denoiser): Promise<void> {
  const inputs = sigmas.map((sigma, k) =>
    ({sigma, x: toImages(part(checks.read('lin.x1'), k))}));
  try {
    for (const [pair, expected] of Object.entries(pairs)) {
      const what = `score_difference.${pair}`;
      const [first, second] = pair.split('_vs_').map(denoiser);
      const limit = checks.limitOf('score_difference');
      const [result] = await compareDenoisers(first!, [second!], inputs, {rng: createRng(0)});
      const perSample = result!.points.map((point) => point.perSample.rmse);
      checks.compareValues(`${what}.per_sample`, perSample.flat(),
          expected.per_sample.flat(), limit);
      checks.compareValues(`${what}.per_sigma`, result!.points.map(({rmse}) => rmse.estimate),
          expected.per_sigma, limit);
      if (expected.NOT_this_root_of_batch_mean !== undefined) {
        checks.compareValues(`${what}, root of the batch's mean`,
            perSample.map((rmse) => Math.sqrt(meanOf(rmse.map((value) => value ** 2)))),
            expected.NOT_this_root_of_batch_mean, limit);
      }
    }
  } finally {
    for (const {x} of inputs) x.dispose();
  }
}

async function checkMemorization(job: Job, {gl: expected}: MetricsRecord): Promise<void> {
  const {checks} = job;
  if (!checks.has('gl.generated')) return;
  const [train, generated] = [trainingSet(imagesOf(job)), toImages(checks.read('gl.generated'))];
  try {
    const {perSample} = await memorizationScores(train, generated, {rng: createRng(0)});
    const limit = checks.limitOf('gl.score');
    const scores = perSample.map(({gl}) => gl);
    checks.compare('gl.index', perSample.map(({nearest}) => nearest.index),
        {limit: parseLimit('gl.index', checks.tolerance('gl.index') ?? 'exact')});
    checks.compare('gl.distance', perSample.map(({nearest}) => nearest.distance), {limit});
    checks.compare('gl.score', scores);
    if (expected === undefined) return;
    checks.compareValues('gl.per_image', scores, expected.per_image, limit);
    const groups = groupsOf(expected.groups);
    const names = Object.keys(expected.mean_per_group);
    if (groups.length !== names.length) {
      throw new Error(`gl.groups: expected ${names.length} groups, got ${groups.length}`);
    }
    checks.compareValues('gl.mean_per_group',
        groups.map(([from, to]) => meanOf(scores.slice(from, to))),
        Object.values(expected.mean_per_group), limit);
  } finally {
    tf.dispose([train, generated]);
  }
}

/** Ranges of images in a text like `generated[0:5] of a network, [5:10] …, [10] …`. */
const groupsOf = (text: string): (readonly [from: number, to: number])[] =>
    [...text.matchAll(/\[(\d+)(?::(\d+))?\]/g)].map(([, from, to]) =>
      [Number(from), to === undefined ? Number(from) + 1 : Number(to)]);
