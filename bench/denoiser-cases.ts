/** The cases in closed form: the multi-delta denoiser, and the statistics of a Gaussian. */
import {largestDifference, readArrays} from './arrays';
import type {PairedCase, Verdict} from './paired';
import type {SideSpec} from './side';

interface MultiDeltaOptions {
  readonly count: number;
  readonly queries: number;
  readonly sigmas: number;
  /** Queries at each sigma that are compared with the definition. */
  readonly checked: number;
}

/** The multi-delta denoiser of `count` images. */
export function multiDeltaCase(options: MultiDeltaOptions): PairedCase {
  const {count, queries, sigmas} = options;
  const torch = (mode: string): SideSpec => ({
    name: `torch-${mode}`, label: `PyTorch ${mode}`, program: 'multi_delta', runtime: 'python',
    config: {...options, mode, chunk: 1024, rows: 256},
  });
  return {
    id: 'multi-delta',
    title: `multi-delta denoiser of ${count} images 28x28, ${queries} queries at each of ` +
        `${sigmas} sigmas`,
    sides: [
      {name: 'ours', label: 'ours', program: 'multi-delta', runtime: 'node', config: {...options}},
      torch('float64'), torch('float32'),
    ],
    comparisons: [{against: 'PyTorch', target: 1, aim: 1.3}],
    mayDiffer: ['torch-float32'],
    judge: (answers, folder) => judgeDenoised(Object.keys(answers), folder, options),
    notes: ['both keep the images and their norms from call to call, ours in float32, PyTorch in its own type'],
  };
}

/** Some queries against the definition, all of them against PyTorch in float64. */
function judgeDenoised(
    names: readonly string[], folder: string, {checked}: MultiDeltaOptions): Verdict {
  const outputOf = (name: string) => readArrays(folder, name)('denoised').data;
  const accurate = outputOf('torch-float64');
  const defined = readArrays(folder, 'reference')('denoised').data;
  const rows = readArrays(folder, 'reference')('rows').data;
  const D = defined.length / rows.length;
  const deviation = (name: string): number => {
    const all = outputOf(name);
    const some = Float64Array.from(defined, (_, at) =>
      all[rows[Math.floor(at / D)]! * D + at % D]!);
    return Math.max(largestDifference(some, defined), largestDifference(all, accurate));
  };
  return {
    what: `largest pixel difference from the definition (${checked} queries at each sigma) and ` +
        'from PyTorch in float64 (all queries)',
    tolerance: 1e-5,
    deviations: Object.fromEntries(names.map((name) => [name, deviation(name)])),
  };
}

/** Mean, covariance and eigenvectors of `count` images of 784 pixels. */
export function gaussianStatsCase({count}: {readonly count: number}): PairedCase {
  const torch = (mode: string): SideSpec => ({
    name: `torch-${mode}`, label: `PyTorch ${mode}`, program: 'gaussian_stats', runtime: 'python',
    config: {mode},
  });
  return {
    id: 'gaussian-stats',
    title: `mean, covariance and eigenvectors of ${count} x 784, float64`,
    sides: [
      {name: 'ours', label: 'ours', program: 'gaussian-stats', runtime: 'node', config: {count}},
      torch('whole'), torch('chunked'), torch('exact'),
    ],
    comparisons: [{against: 'PyTorch', target: 0.8, aim: 1}],
    judge: (answers, folder) => {
      const ours = readArrays(folder, 'ours');
      const largest = ours('eigenvalues').data[0]!;
      const deviation = (name: string): number => {
        const theirs = readArrays(folder, name);
        const distance = (key: string): number =>
          largestDifference(theirs(key).data, ours(key).data);
        return Math.max(
            distance('mean'), distance('covariance'), distance('eigenvalues') / largest);
      };
      return {
        what: 'largest difference of mean, covariance and (over the largest) eigenvalues',
        tolerance: 1e-10,
        deviations: Object.fromEntries(Object.keys(answers).map((name) => [name, deviation(name)])),
      };
    },
    notes: ['PyTorch in three ways: all rows at once, in chunks of 8192, and with our exact sums ' +
        'of integers; torch.linalg.eigh'],
  };
}
