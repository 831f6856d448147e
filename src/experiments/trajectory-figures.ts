/**
 * How several denoisers turn the same noise into images, as two figures: a grid that shows a few
 * start noises at every noise level, and a slider over the noise levels with more of them.
 */
import {imageGrid} from '../figures/image-grid';
import type {ImageGridRow} from '../figures/image-mosaic';
import {formatSigma} from '../figures/sigma-axis';
import {sliderFigure} from '../figures/slider-figure';
import type {FigureText} from '../figures/theme';
import type {PlotlyFigure} from '../figures/types';
import type {SampleResult} from '../sampling/solver';
import type {ExplainedNetwork} from './gaussian-bias';
import {nearestNotes} from './image-notes';
import type {Study} from './study';

/** The images of one denoiser along its trajectory. */
export interface NamedTrajectory {
  /** Such as `D_L`; what follows the underscore is set lower. */
  readonly name: string;
  /** With its trajectory. */
  readonly result: SampleResult;
}

/** Titles, and how many start noises are shown. */
export interface TrajectoryFigureOptions extends FigureText {
  /** Start noises in the grid (default 3). */
  readonly gridSamples?: number;
  /** Start noises under the slider (default 8). */
  readonly sliderSamples?: number;
}

/**
 * Draws both; every image tells its nearest training image.
 * @param study noise levels of the trajectories.
 * @param network with its training images.
 * @param paths at least `sliderSamples` samples each, or as many as there are.
 * @param options titles, and how many start noises are shown.
 * @throws Error for samples without their trajectory.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const schedule = hg.karrasSchedule({steps: 4});
 * const noise = hg.startNoise(2, train.imageShape, hg.createRng(0));
 * const result =
 *     await hg.sampleEuler(hg.multiDeltaDenoiser(train), noise, schedule, {trajectory: true});
 * const {slider} = await hg.trajectoryFigures({sigmas: schedule.subarray(0, 4)}, {train},
 *     [{name: 'D_M', result}], {title: 'Two images of D_M'});
 * console.log(slider.frames?.map(({name}) => name)); // [ '80', '9.72', '0.47', '0.002', '0' ]
 */
export async function trajectoryFigures(
    {sigmas}: Pick<Study, 'sigmas'>, {train}: Pick<ExplainedNetwork, 'train'>,
    paths: readonly NamedTrajectory[],
    {gridSamples = 3, sliderSamples = 8, ...text}: TrajectoryFigureOptions):
    Promise<{readonly grid: PlotlyFigure; readonly slider: PlotlyFigure}> {
  const {imageShape} = train;
  const count = Math.min(sliderSamples, paths[0]!.result.count);
  const labels = [...Array.from(sigmas, formatSigma), 'end'];
  const rows = paths.map(({name, result}) => stepsOf(name, result, count));
  const notes: string[][][] = [];
  for (const {steps} of rows) {
    const all = await nearestNotes(train, joined(steps.flat()), imageShape);
    notes.push(steps.map((_, k) => all.slice(k * count, (k + 1) * count)));
  }
  const samples = Array.from({length: Math.min(gridSamples, count)}, (_, i) => i);
  const grid = imageGrid({
    ...text, imageShape, columnLabels: labels, columnTitle: 'D(x; σ) at σ', maxImageWidth: 48,
    rows: samples.flatMap((i) => rows.map(({label, steps}, d): ImageGridRow => ({
      label, newGroup: d === 0, images: joined(steps.map((step) => step[i]!)),
      hover: notes[d]!.map((step) => step[i]!),
    }))),
  });
  const at = (k: number): PlotlyFigure => imageGrid({
    ...text, imageShape, maxImageWidth: 80, columnTitle: 'D(x; σ) from the same start noise',
    columnLabels: Array.from({length: count}, (_, i) => `noise ${i + 1}`),
    rows: rows.map(({label, steps}, d) => ({
      label, images: joined(steps[k]!), hover: notes[d]![k]!,
    })),
  });
  const slider = sliderFigure({
    variable: 'σ', start: middleOf(sigmas),
    states: labels.map((label, k) => ({label: label === 'end' ? '0' : label, figure: at(k)})),
  });
  return {grid, slider};
}

/** The denoised images at each step, and at last the samples: `[step][sample]`. */
function stepsOf(name: string, {trajectory, samples, count: all}: SampleResult, count: number):
    {readonly label: string; readonly steps: readonly Float32Array[][]} {
  if (trajectory === undefined) {
    throw new Error(`trajectoryFigures: expected the samples of ${name} with their trajectory; ` +
        'sample with `trajectory: true`');
  }
  const size = samples.length / all;
  const steps = [...trajectory.denoised, samples].map((images) =>
    Array.from({length: count}, (_, i) =>
      Float32Array.from(images.subarray(i * size, (i + 1) * size))));
  return {label: name.replace(/_(.)/, '<sub>$1</sub>'), steps};
}

function joined(images: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(images.reduce((sum, {length}) => sum + length, 0));
  let offset = 0;
  for (const image of images) {
    all.set(image, offset);
    offset += image.length;
  }
  return all;
}

/** The noise level nearest to 1.5, where denoisers differ most. */
const middleOf = (sigmas: ArrayLike<number>): number =>
    Array.from(sigmas, (sigma) => Math.abs(Math.log(sigma / 1.5)))
        .reduce((best, far, k, all) => far < all[best]! ? k : best, 0);
