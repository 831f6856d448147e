/** The figures of a run's report; each title says what its data say. */
import {bootstrapMean, pairedDifference} from '../analysis/bootstrap';
import {imagesToFloat32} from '../data/dataset';
import {middleDistance} from '../experiments/checkpoints';
import type {AdvisedCheckpoint} from '../experiments/advise-run';
import {isIntermediate, lowestScore} from '../experiments/emerging-linearity';
import {meanOverSigmas} from '../experiments/gaussian-bias';
import {imageGrid} from '../figures/image-grid';
import {lineFigure, linePanels} from '../figures/line-figure';
import {SIGMA_REGIMES, SIGMA_TITLE, formatSigma} from '../figures/sigma-axis';
import {DENOISER_STYLES} from '../figures/theme';
import type {PlotlyFigure} from '../figures/types';
import {formatInterval, formatNumber, formatShare} from '../tables/format';
import type {Interval} from '../types';
import {pairWords} from './nearest-sheet';
import type {Explanation, RunReport} from './run-report';

const STEPS = 'training step';

/** Ends of intervals as the arrays that a series takes. */
const band = (intervals: readonly Interval[]) => ({
  y: intervals.map(({estimate}) => estimate),
  low: intervals.map(({low}) => low), high: intervals.map(({high}) => high),
});

/** Marks the recommended step. */
const recommendedLine = ({advised: {advice: {recommended}}}: RunReport) =>
    [{at: recommended, label: `step ${formatNumber(recommended)}`}];

/** 1, 3, 10, 30, … as far as the steps reach: labels of a log axis. */
export function stepTicks(steps: readonly number[]): number[] {
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  return Array.from({length: 16}, (_, i) => 10 ** Math.floor(i / 2) * (i % 2 === 0 ? 1 : 3))
      .filter((tick) => tick >= least && tick <= most);
}

/** The axis of training steps, the same in all figures. */
const stepAxis = (report: RunReport, steps: readonly number[]) => {
  const xTicks = stepTicks(steps);
  return {
    xTitle: STEPS, xLog: true, verticalLines: recommendedLine(report),
    ...(xTicks.length > 1 && {xTicks}),
  };
};

/** Loss against training step. @throws RangeError for a run with one checkpoint. */
export function lossFigure(report: RunReport): PlotlyFigure {
  const {study: {run, heldOutIsUnseen}, advised: {advice: {lowestHeldOutLoss}}} = report;
  const x = run.log.map(({step}) => step);
  const [steps, first, last] = [run.options.steps, run.log[0]!, run.log.at(-1)!];
  const held = (row: typeof first): string => formatNumber(row.heldOutLoss);
  const title = !heldOutIsUnseen || lowestHeldOutLoss === undefined ?
    `The loss on training images fell from ${formatNumber(first.trainLoss)} to ` +
        formatNumber(last.trainLoss) :
    lowestHeldOutLoss.depth.low > 0 ?
      `The held-out loss is lowest at step ${formatNumber(lowestHeldOutLoss.step.estimate)} and ` +
        'rises from there' :
      `The held-out loss went from ${held(first)} to ${held(last)} and has not surely risen again`;
  return lineFigure({
    title,
    subtitle: `${run.dataset.name}, N = ${formatNumber(run.dataset.count)}, width ` +
        `${run.options.width}, ${formatNumber(steps)} steps; weighted squared error per pixel`,
    series: [
      {name: 'training batches, raw weights', x, y: run.log.map(({loss}) => loss)},
      {
        name: 'training images, averaged weights', x,
        y: run.log.map(({trainLoss}) => trainLoss),
      },
      ...(heldOutIsUnseen ? [{
        name: 'held-out images, averaged weights', x,
        y: run.log.map(({heldOutLoss}) => heldOutLoss),
      }] : []),
    ],
    ...stepAxis(report, x), yTitle: 'loss', yLog: true,
  });
}

/** Distance to D_G, nearness and copies against training step. */
export function timeFigure(report: RunReport): PlotlyFigure {
  const {advised: {checkpoints, calibration, advice}, study} = report;
  const x = checkpoints.map(({step}) => step);
  const {closestToGaussian: closest, firstCopies} = advice;
  const distances = checkpoints.map((point) =>
    bootstrapMean(middleDistance(point), {rng: study.rng.fork('middle distance')}));
  const reference = (interval: Interval | undefined) => interval === undefined ? [] : [{
    name: 'held-out images', x, y: x.map(() => interval.estimate), reference: true,
  }];
  const common = stepAxis(report, x);
  const copies = firstCopies === undefined ? 'no copies appear' :
    `copies appear at step ${formatNumber(firstCopies.step)}`;
  const away = closest !== undefined && closest.depth.low > 0;
  return linePanels({
    title: closest === undefined ? `At the checkpoints there are, ${copies}` : away ?
      `Closest to D<sub>G</sub> at step ${formatNumber(closest.step.estimate)}; ${copies}` :
      `The network does not surely leave D<sub>G</sub> again; ${copies}`,
    subtitle: `${study.profile.samples} samples and ${study.profile.comparisonImages} noisy ` +
        `${study.heldOutIsUnseen ? 'held-out' : 'training'} images at each checkpoint, 95 % ` +
        'intervals',
    columns: 3, panelHeight: 230,
    panels: [
      {
        title: 'distance to D<sub>G</sub>', yTitle: 'RMSE at 0.4 < σ < 2', ...common,
        series: [{name: 'network', x, ...band(distances)}],
      },
      {
        title: 'distance to training images', yTitle: 'GL', ...common,
        series: [
          {name: 'network', x, ...band(checkpoints.map(({novelty}) => novelty.gl))},
          ...reference(calibration?.gl),
        ],
      },
      {
        title: 'copies', yTitle: 'share of samples', ...common,
        series: [
          {name: 'network', x, ...band(checkpoints.map(({novelty}) => novelty.copyRatio))},
          ...reference(calibration?.copyRatio),
        ],
      },
    ],
  });
}

/** Checkpoints shown as images at most, and samples of each. */
const [ROWS, COLUMNS] = [6, 10];

/** First, last, recommended, and others between. */
export function shownCheckpoints(
    checkpoints: readonly AdvisedCheckpoint[], recommended: number): AdvisedCheckpoint[] {
  const last = checkpoints.length - 1;
  const picked = new Set([
    ...Array.from({length: ROWS - 1}, (_, i) => Math.round(i * last / (ROWS - 2))),
    checkpoints.findIndex(({step}) => step === recommended),
  ]);
  return checkpoints.filter((_, i) => picked.has(i));
}

/** Samples from the same noise at several checkpoints, over the last ones' nearest images. */
export function samplesFigure(report: RunReport): PlotlyFigure {
  const {advised: {checkpoints, advice: {recommended}}, study: {train, run}, novelty} = report;
  const shown = shownCheckpoints(checkpoints, recommended);
  const {imageShape} = run;
  const count = Math.min(COLUMNS, novelty.samples.count);
  const values = count * imageShape.reduce((a, b) => a * b, 1);
  const last = [...novelty.pairs].sort((a, b) => a.sample - b.sample).slice(0, count);
  const [from, to] = [shown[0]!, shown.at(-1)!];
  const copies = (point: AdvisedCheckpoint): string =>
    `${formatShare(point.novelty.copyRatio)} copies at step ${formatNumber(point.step)}`;
  return imageGrid({
    title: shown.length === 1 ? copies(to) : `${copies(from)}, ${copies(to)}`,
    subtitle: 'Samples from the same noise at each checkpoint, and the training images nearest to ' +
        'the last',
    imageShape, maxImageWidth: 64,
    rows: [
      ...shown.map(({step, samples, novelty: {perSample}}) => ({
        label: `step ${formatNumber(step)}${step === recommended ? ' (advised)' : ''}`,
        images: samples.samples.subarray(0, values),
        hover: perSample.slice(0, count).map(({nearest, ratio}) =>
          `nearest training image ${nearest.index}, distance ${formatNumber(nearest.distance)}, ` +
          `ratio ${formatNumber(ratio)}`),
      })),
      {
        label: 'nearest training image', newGroup: true, hover: last.map(pairWords),
        images: imagesToFloat32(train, last.map(({nearest}) => nearest)),
      },
    ],
  });
}

/** RMSE of D_L, D_G and D_M to the network over sigma. */
export function regimesFigure(
    {study}: RunReport, {distances}: Pick<Explanation, 'distances'>): PlotlyFigure {
  const [linear, gaussian, multiDelta] = distances;
  const series = [
    {name: 'D<sub>L</sub>, best linear fit', style: DENOISER_STYLES.linear, of: linear!},
    {name: 'D<sub>G</sub>, Gaussian', style: DENOISER_STYLES.gaussian, of: gaussian!},
    {name: 'D<sub>M</sub>, multi-delta', style: DENOISER_STYLES.multiDelta, of: multiDelta!},
  ];
  return lineFigure({
    title: regimesTitle(distances, study),
    subtitle: `RMSE to the network on ${study.heldOutIsUnseen ? 'held-out' : 'training'} images, ` +
        `N = ${formatNumber(study.run.dataset.count)}, ` +
        `${formatNumber(study.run.options.steps)} steps; 95 % intervals`,
    series: series.map(({name, style, of: {points}}) => ({
      name, style, x: points.map(({sigma}) => sigma), ...band(points.map(({rmse}) => rmse)),
    })),
    xTitle: SIGMA_TITLE, yTitle: 'RMSE to the network (pixels)', xLog: true,
    regimes: SIGMA_REGIMES,
  });
}

/** Whether D_G or D_M is nearer where the two differ most, beyond chance. */
export function regimesTitle(
    [, gaussian, multiDelta]: Explanation['distances'], {rng}: Pick<RunReport['study'], 'rng'>):
    string {
  const gap = pairedDifference(
      meanOverSigmas(multiDelta!, isIntermediate), meanOverSigmas(gaussian!, isIntermediate),
      {rng: rng.fork('regimes')});
  const by = `(RMSE ${formatInterval({
    estimate: Math.abs(gap.estimate), low: Math.min(Math.abs(gap.low), Math.abs(gap.high)),
    high: Math.max(Math.abs(gap.low), Math.abs(gap.high)),
  })} less)`;
  return gap.low > 0 ?
    `At intermediate noise the network is nearer to D<sub>G</sub> than to D<sub>M</sub> ${by}` :
    gap.high < 0 ?
      `At intermediate noise the network is nearer to D<sub>M</sub> than to D<sub>G</sub> ${by}` :
      'At intermediate noise the network is about as near to D<sub>G</sub> as to D<sub>M</sub>';
}

/** LS and centred LS over sigma. */
export function linearityFigure({study, linearity: {points, centred}}: RunReport): PlotlyFigure {
  const shown = centred ?? points;
  const {sigma, score} = lowestScore(shown);
  return lineFigure({
    title: `Least linear at σ = ${formatSigma(sigma)}: ${centred ? 'centred ' : ''}LS ` +
        formatInterval(score),
    subtitle: `${study.profile.pairs} pairs of noisy ` +
        `${study.heldOutIsUnseen ? 'held-out' : 'training'} images at each of ${points.length} ` +
        'noise levels; 1 is linear',
    series: [
      ...(centred ? [{
        name: 'centred LS', x: centred.map((point) => point.sigma),
        ...band(centred.map((point) => point.score)),
      }] : []),
      {
        name: 'LS', x: points.map((point) => point.sigma),
        ...band(points.map((point) => point.score)),
      },
    ],
    xTitle: SIGMA_TITLE, yTitle: 'linearity score', xLog: true, regimes: SIGMA_REGIMES,
  });
}
