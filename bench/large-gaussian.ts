/**
 * The analytic denoisers at the size of FFHQ-64: time, memory and accuracy of each part, a line
 * each. Not a case of `make bench`, since nothing else is compared and it needs 9 GB.
 *
 *   node dist/bench/large-gaussian.js                      70,000 images of 64x64x3
 *   node dist/bench/large-gaussian.js --images=ffhq.zip    those of a data set
 *   node dist/bench/large-gaussian.js --count=2000 --size=16 --parts=gaussian,linear
 */
import {parseArgs} from 'node:util';
import {matmul64, matrix64} from '../src/backend/float64';
import type {Matrix64} from '../src/backend/float64';
import {createRng} from '../src/backend/rng';
import {loadDataset} from '../src/data/load-dataset';
import {gaussianDenoiser} from '../src/denoisers/gaussian';
import {fitGaussian} from '../src/denoisers/gaussian-stats';
import type {GaussianStats} from '../src/denoisers/gaussian-stats';
import {multiDeltaDenoiser} from '../src/denoisers/multi-delta';
import type {Denoiser64} from '../src/denoisers/denoiser64';
import {leastSquares} from '../src/training/least-squares';
import {constant64, tidy64} from '../src/backend/tensor64';
import {terminalProgress} from '../src/progress/terminal-progress';
import type {Dataset} from '../src/types';
import {benchImages} from './images';

const PARTS = ['gaussian', 'few', 'multi-delta', 'linear'] as const;
const SIGMAS = [0.1, 1, 10];
const QUERIES = 8;
/** Columns of U that are checked, of all sizes of eigenvalue. */
const CHECKED = 256;
/** Pairs that `linear` sees a pixel: enough for a regular covariance. */
const PAIRS = 1.1;

const say = (what: string, began: number, note = ''): void => {
  const gigabytes = process.resourceUsage().maxRSS * 1024 / 1e9;
  const seconds = (performance.now() - began) / 1000;
  console.log(`${what.padEnd(34)} ${seconds.toFixed(2).padStart(9)} s   peak memory ` +
      `${gigabytes.toFixed(2)} GB   ${note}`);
};

async function main(): Promise<void> {
  const {values} = parseArgs({options: {
    count: {type: 'string', default: '70000'}, size: {type: 'string', default: '64'},
    parts: {type: 'string', default: PARTS.join()}, images: {type: 'string'},
  }});
  const began = performance.now();
  const dataset = values.images !== undefined ?
    await loadDataset(values.images, {onProgress: terminalProgress()}) :
    benchImages(Number(values.count), [Number(values.size), Number(values.size), 3]).dataset;
  say(`${dataset.count} images of ${dataset.imageShape.join('x')}`, began);
  const D = dataset.imageShape.reduce((a, b) => a * b, 1);
  const run = {
    gaussian: () => gaussian(dataset), few: () => few(dataset),
    'multi-delta': () => multiDelta(dataset), linear: () => linear(D),
  };
  for (const part of values.parts.split(',')) {
    const body = run[part as keyof typeof run] as (() => Promise<void> | void) | undefined;
    if (body === undefined) {
      throw new RangeError(`large-gaussian: expected parts of ${PARTS.join()}, got ${part}`);
    }
    await body();
  }
}

async function gaussian(dataset: Dataset): Promise<void> {
  let began = performance.now();
  let label: string | undefined;
  const stats = await fitGaussian(dataset, {
    onProgress(progress) {
      if (label !== undefined && label !== progress.label) {
        say(label, began);
        began = performance.now();
      }
      label = progress.label;
    },
  });
  say(label!, began, `rank ${stats.rank}`);
  began = performance.now();
  const {residual, orthogonality} = accuracyOf(stats);
  say('accuracy', began, `|S U - U L| / |S| ${residual.toExponential(1)}, ` +
      `|UᵀU - I| ${orthogonality.toExponential(1)}`);
  useDenoiser(() => gaussianDenoiser(stats), dataset);
}

async function few(dataset: Dataset): Promise<void> {
  const count = Math.min(68, dataset.count);
  const size = dataset.images.length / dataset.count;
  const part = {...dataset, count, images: dataset.images.subarray(0, count * size)};
  const began = performance.now();
  const stats = await fitGaussian(part);
  say(`Gaussian of ${count} images`, began, `rank ${stats.rank}`);
}

const multiDelta = (dataset: Dataset): void =>
    useDenoiser(() => multiDeltaDenoiser(dataset), dataset);

/** One map of the closed form: accumulating its pairs, and solving. */
function linear(D: number): void {
  const rng = createRng(1);
  const moments = leastSquares(D, D);
  let began = performance.now();
  const [batch, batches] = [256, Math.ceil(PAIRS * D / 256)];
  for (let i = 0; i < batches; i++) {
    const x = Float64Array.from({length: batch * D}, () => rng.uniform() - 0.5);
    tidy64(() => moments.add(
        constant64(x, [batch, D]), constant64(x.map((v) => v / 2), [batch, D])));
  }
  say(`linear: ${batch * batches} pairs`, began);
  began = performance.now();
  const {ridge, mse} = moments.solve();
  moments.dispose();
  say('linear: solve', began, `ridge ${ridge}, mean squared error ${mse.toExponential(1)}`);
}

function useDenoiser(make: () => Denoiser64, {images, imageShape}: Dataset): void {
  let began = performance.now();
  const denoiser = make();
  const D = imageShape.reduce((a, b) => a * b, 1);
  const rng = createRng(0);
  const x = Float64Array.from({length: QUERIES * D}, (_, at) =>
    images[at]! / 127.5 - 1 + 2 * (rng.uniform() - 0.5));
  say(`${denoiser.name}: make`, began);
  for (const sigma of SIGMAS) {
    began = performance.now();
    denoiser.denoise64(x, sigma);
    say(`${denoiser.name}: ${QUERIES} images at ${sigma}`, began);
  }
  denoiser.dispose();
}

/** Of some columns u: the largest value of S u - l u over |S|, and that of UᵀU - I. */
function accuracyOf({covariance, eigenvectors, eigenvalues, mean}: GaussianStats):
    {residual: number; orthogonality: number} {
  const [D, R] = [mean.length, eigenvalues.length];
  const count = Math.min(CHECKED, R);
  const at = Array.from({length: count}, (_, i) => Math.floor(i * R / count));
  const basis = matrix64(D, R, eigenvectors);
  const chosen = matrix64(D, count, Float64Array.from({length: D * count}, (_, i) =>
    eigenvectors[Math.floor(i / count) * R + at[i % count]!]!));
  const worst = ({data, cols}: Matrix64, expected: (r: number, c: number) => number): number => {
    let largest = 0;
    data.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - expected(Math.floor(i / cols), i % cols)));
    });
    return largest;
  };
  const moved = matmul64(matrix64(D, D, covariance), chosen);
  return {
    residual: worst(moved, (r, c) => eigenvalues[at[c]!]! * chosen.data[r * count + c]!) /
        eigenvalues[0]!,
    orthogonality: worst(matmul64(basis, chosen, {transposeA: true}),
        (r, c) => r === at[c] ? 1 : 0),
  };
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
