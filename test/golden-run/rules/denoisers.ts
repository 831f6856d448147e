/** Closed forms on a set of images: multi-delta and Gaussian denoisers, neighbours, exact paths. */
import {z} from 'zod';
import {nearestImages} from '../../../src/analysis/nearest';
import {tf} from '../../../src/backend/tf';
import type {Denoiser64} from '../../../src/denoisers/denoiser64';
import {gaussianDenoiser} from '../../../src/denoisers/gaussian';
import {gaussianStats} from '../../../src/denoisers/gaussian-stats';
import type {GaussianStats} from '../../../src/denoisers/gaussian-stats';
import {multiDeltaDenoiser} from '../../../src/denoisers/multi-delta';
import {gaussianPath} from '../../../src/sampling/gaussian-path';
import type {ImageShape} from '../../../src/types';
import {
  imageShapeOf, pixelOrder, sizeOf, tidyValues, toImages, toPixels, toPlanes,
} from '../arrays';
import type {Checks} from '../checks';
import type {Fixture} from '../folder';
import {anything, number, numbers, readRecord} from '../record';
import {imagesOf, trainingSet} from '../sources';
import type {Job} from '../sources';
import {EXACT, parseLimit} from '../tolerance';
import type {Limit} from '../tolerance';

const OWN = {
  sigmas: numbers.optional(),
  covariance: z.strictObject({
    normalisation: z.literal('1/N'), rank: number, largest: number, note: z.string().optional(),
  }).optional(),
  nearest_gap: anything, // How clear the reference's choice was.
};

export const recognises = ({tensors}: Fixture): boolean => [...tensors.keys()].some((name) =>
    /^(delta|gauss)\.(D|mean|eigenvalues|cov_\w+)$|^nn\.|^ode\./.test(name));

export async function run(job: Job): Promise<void> {
  const {checks} = job;
  const record = readRecord(checks.fixture, OWN);
  const source = imagesOf(job);
  const imageShape = imageShapeOf(source);
  const images = trainingSet(source);
  try {
    if (checks.has('indices')) checks.read('indices'); // Where the images stood in their file.
    const stats = gaussianStats(images);
    checkStats(checks, stats, record.covariance);
    checkDenoisers(checks, imageShape, record.sigmas,
        {delta: multiDeltaDenoiser(images), gauss: gaussianDenoiser(stats)});
    await checkNeighbours(checks, images, imageShape);
    checkPath(checks, stats);
  } finally {
    images.dispose();
  }
}

/** Mean, eigenvalues, and the parts of the covariance that the fixture has. */
function checkStats(
    checks: Checks, {mean, covariance, eigenvalues, rank, imageShape}: GaussianStats,
    expected: z.infer<typeof OWN.covariance>): void {
  const order = pixelOrder(imageShape);
  const D = order.length;
  const row = (r: number): Float64Array =>
    Float64Array.from(order, (c) => covariance[order[r]! * D + c]!);
  for (const name of checks.matching(/^gauss\.(mean|eigenvalues|cov_\w+|cov)$/)) {
    const what = name.slice('gauss.'.length);
    if (what === 'mean') checks.compare(name, toPlanes(mean, imageShape));
    if (what === 'eigenvalues') checks.compare(name, eigenvalues);
    if (what === 'cov_diag') {
      checks.compare(name, Float64Array.from(order, (at) => covariance[at * (D + 1)]!));
    }
    const rows = what === 'cov' ? [...order.keys()] : /^cov_rows((_\d+)+)$/.exec(what)?.[1]
        ?.slice(1).split('_').map(Number);
    if (rows !== undefined) checks.compare(name, rows.flatMap((r) => [...row(r)]));
  }
  if (expected === undefined) return;
  // Where between clearly above 0 and float64's rounding a rank ends is the reference's choice.
  const clear = eigenvalues.filter((value) => value > 1e-6 * eigenvalues[0]!).length;
  checks.compareValues('covariance.rank', [Math.min(Math.max(expected.rank, clear), rank)],
      [expected.rank], EXACT);
  checks.compareValues('covariance.largest', [eigenvalues[0]!], [expected.largest],
      checks.limitOf('gauss.eigenvalues'));
}

/** D(x; sigma), in float64 one sigma at a time and in float32 all at once. */
function checkDenoisers(
    checks: Checks, imageShape: ImageShape, sigmas: readonly number[] | undefined,
    denoisers: Readonly<Record<'delta' | 'gauss', Denoiser64>>): void {
  for (const [name, denoiser] of Object.entries(denoisers)) {
    const tensor = `${name}.D`;
    if (checks.has(tensor)) {
      const [x, sigma] = ['io.x', 'io.sigma'].map(checks.read);
      const values = toPixels(x!.data, imageShape);
      const perSigma = values.length / sigma!.data.length;
      const exact = Array.from(sigma!.data, (s, k) => toPlanes(denoiser.denoise64(
          values.slice(k * perSigma, (k + 1) * perSigma), s), imageShape));
      checks.compare(tensor, exact.flatMap((part) => [...part]));
      checks.compare(tensor, atOnce(denoiser, values, sigma!.data), {as: `${tensor} (float32)`});
      compareWithPublished(checks, name, exact.flatMap((part) => [...part]));
      if (sigmas !== undefined) checks.compareValues('sigmas', sigma!.data, sigmas, EXACT);
    }
    denoiser.dispose();
  }
}

function atOnce(
    denoiser: Denoiser64, values: Float64Array, sigmas: ArrayLike<number>): Float64Array {
  const {imageShape} = denoiser;
  const count = values.length / sizeOf(imageShape);
  const perSigma = count / sigmas.length;
  return tidyValues(() => toPlanes(denoiser.denoise(
      tf.tensor4d(Float32Array.from(values), [count, ...imageShape]),
      tf.tensor1d(Float32Array.from({length: count}, (_, i) => sigmas[Math.floor(i / perSigma)]!)),
  ).dataSync(), imageShape));
}

/**
 * The published code in float32, within what its own rounding makes of it. Where there is only
 * that tolerance and no such tensor, the stricter one of D above holds.
 */
function compareWithPublished(checks: Checks, name: string, values: number[]): void {
  const key = {delta: 'delta_float32_official_per_sigma', gauss: 'gauss_float32_svd_per_sigma'};
  const own = key[name as keyof typeof key];
  const written = checks.tolerance(own);
  const limit: Limit | undefined = written === undefined ? undefined : parseLimit(own, written);
  for (const tensor of checks.matching(new RegExp(`^${name}\\.D_float32_\\w+$`))) {
    checks.compare(tensor, values, limit === undefined ? {} : {limit});
  }
}

async function checkNeighbours(
    checks: Checks, images: tf.Tensor4D, imageShape: ImageShape): Promise<void> {
  if (!checks.has('nn.queries')) return;
  const [H, W, C] = imageShape;
  const {data, shape} = checks.read('nn.queries');
  const queries = toImages({data, shape: [shape[0]!, C, H, W]});
  try {
    for (const [indexName, valueName, metric] of [
      ['nn.index', 'nn.distance', 'euclidean'], ['nn.cos_index', 'nn.cos', 'cosine'],
    ] as const) {
      if (!checks.has(indexName)) continue;
      const [, k] = checks.read(indexName).shape;
      const found = (await nearestImages(images, queries, {k, metric})).flat();
      const distances = found.map(({distance}) => distance);
      compareIndices(checks, indexName, found.map(({index}) => index), distances);
      checks.compare(valueName, metric === 'cosine' ? distances.map((d) => 1 - d) : distances);
      const {data: expected} = checks.read(valueName);
      if (metric === 'euclidean' && expected.includes(0)) {
        checks.compare(valueName, distances, {
          as: `${valueName} (copies)`, limit: EXACT, only: (at) => expected[at] === 0,
        });
      }
    }
  } finally {
    queries.dispose();
  }
}

/** Exact; beyond the first column neighbours at equal distances may change places, if allowed. */
function compareIndices(
    checks: Checks, name: string, found: readonly number[], distances: readonly number[]): void {
  const {data, shape} = checks.read(name);
  const written = checks.tolerance(name) ?? 'exact';
  const text = /^exact$|^column 0 exact; .* unless two distances agree to (\S+) relative$/
      .exec(String(written));
  if (text === null) throw new Error(`tolerance ${name}: cannot read ${JSON.stringify(written)}`);
  const relative = Number(text[1] ?? 0);
  const k = shape[1] ?? 1;
  const resolved = found.map((index, at) => {
    const expected = data[at]!;
    const first = at - at % k;
    const place = found.indexOf(expected, first);
    const isTied = at % k > 0 && place >= first && place < first + k &&
        Math.abs(distances[place]! - distances[at]!) <= relative * distances[at]!;
    return isTied ? expected : index;
  });
  checks.compare(name, resolved, {limit: EXACT});
}

function checkPath(checks: Checks, stats: GaussianStats): void {
  if (!checks.has('ode.x')) return;
  const [sigma, z] = ['ode.sigma', 'ode.z'].map(checks.read);
  const {states} = gaussianPath(stats, toPixels(z!.data, stats.imageShape), sigma!.data);
  checks.compare('ode.x',
      states.flatMap((state) => [...toPlanes(state, stats.imageShape)]));
}
