/** Small figures of every kind, from closed forms: golden files and pictures are made of them. */
import {imageGrid} from '../../src/figures/image-grid';
import {lineFigure, linePanels} from '../../src/figures/line-figure';
import {overlapHeatmap} from '../../src/figures/heatmap';
import {scatterFigure} from '../../src/figures/scatter-figure';
import {SIGMA_REGIMES, SIGMA_TITLE, formatSigma} from '../../src/figures/sigma-axis';
import {sliderFigure} from '../../src/figures/slider-figure';
import {DENOISER_STYLES} from '../../src/figures/theme';
import type {PlotlyFigure} from '../../src/figures/types';

/** The paper's ten noise levels. */
export const SIGMAS = [80, 42.415, 21.109, 9.723, 4.066, 1.502, 0.47, 0.117, 0.0204, 0.002];
const NS = [64, 256, 1024, 4096, 16384, 60000];
const SUBTITLE = 'Fashion-MNIST 28×28, 3,000 steps, seed 0; bands are 95 % bootstrap intervals';

/** A hill over log sigma around `centre`. */
const hill = (height: number, centre: number, width: number): number[] => SIGMAS.map(
    (sigma) => height * Math.exp(-((Math.log10(sigma / centre) / width) ** 2)) + 0.01);
const times = (values: number[], factor: number): number[] => values.map((v) => v * factor);

const rmsePanel = (scale: number) => [
  {name: 'D<sub>L</sub>, linear', style: DENOISER_STYLES.linear, y: hill(0.12 * scale, 1.2, 0.8)},
  {name: 'D<sub>G</sub>, Gaussian', style: DENOISER_STYLES.gaussian, y: hill(0.15 * scale, 1, 0.8)},
  {name: 'D<sub>M</sub>, multi-delta', style: DENOISER_STYLES.multiDelta,
    y: hill(0.26 / scale, 0.5, 1)},
].map((series) => ({...series, x: SIGMAS, low: times(series.y, 0.9), high: times(series.y, 1.12)}));

/**
 * Bright disc, ring or stripes on black, `[H, W, 1]`, as floats in [-1, 1]. Only operations that
 * every machine rounds alike, so that the pixels are the same everywhere.
 */
export function drawShape(kind: number, size: number, blur: number): Float32Array {
  return Float32Array.from({length: size * size}, (_, i) => {
    const [h, w] = [Math.floor(i / size) - (size - 1) / 2, i % size - (size - 1) / 2];
    const radius = Math.sqrt(h * h + w * w) / size;
    const wave = Math.abs((Math.abs(w) * (kind + 4) / 16) % 2 - 1) - 0.5;
    const level = kind % 3 === 0 ? 0.36 - radius : kind % 3 === 1 ? 0.12 - Math.abs(radius - 0.3) :
      wave * 0.4;
    return Math.max(-1, Math.min(1, level * 8 / (blur + 0.4)));
  });
}

const row = (size: number, count: number, blur: (n: number) => number, first = 0): Float32Array => {
  const images = new Float32Array(count * size * size);
  for (let n = 0; n < count; n++) {
    images.set(drawShape(first + n, size, blur(n)), n * size * size);
  }
  return images;
};

/** The figures by name. */
export const SAMPLES: Readonly<Record<string, () => PlotlyFigure>> = {
  'line-regimes': () => lineFigure({
    title: 'The network stays close to the Gaussian denoiser, away from the optimal one',
    subtitle: SUBTITLE, series: rmsePanel(1), xTitle: SIGMA_TITLE,
    yTitle: 'RMSE to the network (pixels)', xLog: true, regimes: SIGMA_REGIMES,
  }),
  'line-ordered': () => lineFigure({
    title: 'Linearity rises with the number of training images', subtitle: SUBTITLE,
    series: [
      ...NS.map((N, i) => ({
        name: `N = ${N.toLocaleString('en-US')}, width 16`, x: SIGMAS,
        y: hill(0.2 / (i + 1), 3, 0.7).map((v) => 1 - v),
      })),
      {name: 'D<sub>G</sub>, all images', x: SIGMAS, y: hill(0.01, 5, 0.7).map((v) => 1.01 - v),
        reference: true},
      {name: 'D<sub>M</sub>, N = 64', x: SIGMAS, y: hill(0.3, 2, 0.6).map((v) => 1 - v),
        reference: true},
    ],
    xTitle: SIGMA_TITLE, yTitle: 'linearity score LS', xLog: true, regimes: SIGMA_REGIMES,
    palette: 'ordered',
  }),
  'line-time': () => {
    const steps = [25, 50, 100, 200, 400, 800, 1600, 3000];
    const y = steps.map((step) => 0.13 + 0.06 * (Math.log10(step / 420)) ** 2);
    return lineFigure({
      title: 'Distance to the Gaussian denoiser falls, then rises again as the network memorizes',
      subtitle: 'Fashion-MNIST 16×16, N = 64, width 16, σ = 0.5, held-out inputs, seed 0',
      series: [{name: 'RMSE', x: steps, y, low: y.map((v) => v - 0.01),
        high: y.map((v) => v + 0.01)}],
      xTitle: 'training steps', yTitle: 'RMSE to D<sub>G</sub> (pixels)', xLog: true, xTicks: steps,
      verticalLines: [{at: 400, label: 'closest to D<sub>G</sub>: step 400'},
        {at: 800, label: 'first copies: step 800'}],
      horizontalLines: [{at: 0.15, label: 'trained to the end at N = 60,000'}],
    });
  },
  'line-panels': () => linePanels({
    title: 'On held-out inputs the generalizing network follows the Gaussian, the memorizing one ' +
        'follows its training images',
    subtitle: SUBTITLE,
    panels: [['N = 60,000, held-out inputs', 1], ['N = 60,000, training inputs', 0.9],
      ['N = 64, held-out inputs', 1.6], ['N = 64, training inputs', 1.9]].map(([title, scale]) => ({
      title: `${title}`, series: rmsePanel(Number(scale)), xTitle: SIGMA_TITLE,
      yTitle: 'RMSE (pixels)', xLog: true, regimes: SIGMA_REGIMES,
    })),
  }),
  'line-pair': () => linePanels({
    title: 'Novelty rises and copies vanish as N grows', subtitle: SUBTITLE, palette: 'distinct',
    panels: [
      {title: 'GL score', series: [
        {name: 'generated images', x: NS, y: [0.09, 0.26, 0.32, 0.3, 0.28, 0.27],
          low: [0.08, 0.25, 0.3, 0.28, 0.27, 0.26], high: [0.1, 0.28, 0.33, 0.31, 0.3, 0.28]},
        {name: 'held-out photographs', x: NS, y: [0.395, 0.33, 0.285, 0.25, 0.22, 0.2],
          reference: true},
      ], xTitle: 'training images N', yTitle: 'GL', xLog: true, xTicks: NS},
      {title: 'Copy ratio', series: [
        {name: 'generated images', x: NS, y: [0.76, 0.015, 0, 0, 0, 0],
          low: [0.7, 0.005, 0, 0, 0, 0], high: [0.81, 0.04, 0.02, 0.02, 0.02, 0.02]},
        {name: 'held-out photographs', x: NS, y: [0, 0, 0, 0, 0, 0.001], reference: true},
      ], xTitle: 'training images N', yTitle: 'share of samples', xLog: true, xTicks: NS},
    ],
  }),
  'grid-samples': () => imageGrid({
    title: 'Small training sets are copied, large ones are not',
    subtitle: 'Samples from the same start noise and the nearest training image of each',
    imageShape: [28, 28, 1],
    rows: [64, 1024, 60000].flatMap((N, i) => [
      {label: `N = ${N.toLocaleString('en-US')}`, images: row(28, 8, () => i * 0.8), newGroup: true,
        hover: Array.from({length: 8}, (_, n) => `nearest: no. ${17 * n}, distance 0.${12 + n}`)},
      {label: 'nearest', images: row(28, 8, () => 0, i)},
    ]),
  }),
  'grid-trajectory': () => imageGrid({
    title: 'Network, D<sub>L</sub> and D<sub>G</sub> turn the same noise into similar images; ' +
        'D<sub>M</sub> returns a training image',
    subtitle: SUBTITLE, imageShape: [16, 16, 1], columnTitle: 'denoised image at σ',
    columnLabels: SIGMAS.map(formatSigma),
    rows: ['network', ...rmsePanel(1).map(({name}) => name)].map(
        (label, i) => ({label, images: row(16, 10, (n) => (9 - n) / 2, i)})),
  }),
  'grid-colour': () => imageGrid({
    title: 'Colour images', imageShape: [8, 8, 3],
    rows: [{label: 'bytes', images: Uint8Array.from({length: 5 * 192}, (_, i) => i * 7 % 256)}],
  }),
  'heatmap-overlap': () => overlapHeatmap({
    title: 'D<sub>L</sub> has the principal components of the data where noise is strong',
    subtitle: SUBTITLE, xTitle: 'principal component j',
    yTitle: 'singular vector i of D<sub>L</sub>',
    panels: [10, 1, 0.1].map((sigma, p) => ({
      title: `σ = ${sigma}`,
      matrix: Array.from({length: 24}, (_, i) => Array.from({length: 24}, (__, j) =>
        Math.exp(-((i - j) ** 2) / (0.3 + p * 6 + i * p * 0.4)))),
    })),
  }),
  'slider-grid': () => sliderFigure({
    variable: 'σ', start: 5,
    states: SIGMAS.map((sigma, k) => ({label: formatSigma(sigma), figure: imageGrid({
      title: 'D<sub>L</sub> and the network make images of the same structure', subtitle: SUBTITLE,
      imageShape: [16, 16, 1], columnTitle: 'start noise', columnLabels: ['0', '1', '2', '3'],
      rows: ['network', 'D<sub>L</sub>'].map((label, i) => ({
        label, images: row(16, 4, () => (9 - k) / 2 + i / 4),
        hover: [0, 1, 2, 3].map((n) => `nearest: training image ${17 * n + k}, Sneaker`)})),
    })})),
  }),
  'slider-heatmap': () => sliderFigure({
    variable: 'σ', start: 1,
    states: [10, 1, 0.1].map((sigma, p) => ({label: `${sigma}`, figure: overlapHeatmap({
      title: 'D<sub>L</sub> has the principal components of the data', subtitle: SUBTITLE,
      xTitle: 'principal component', yTitle: 'singular vector of W<sub>L</sub>',
      panels: [60000, 64].map((N, wide) => ({
        title: `N = ${N.toLocaleString('en-US')}`,
        matrix: Array.from({length: 12}, (_, i) => Array.from({length: 12}, (__, j) =>
          Math.exp(-((i - j) ** 2) / (0.3 + p * 3 + wide)))),
      })),
    })})),
  }),
  'scatter-scores': () => scatterFigure({
    title: 'Linearity and novelty rise together until the network generalizes', subtitle: SUBTITLE,
    xTitle: 'GL score', yTitle: 'least centred LS over σ', connect: true,
    references: ['D<sub>G</sub>'],
    points: [
      ...NS.map((N, i) => {
        const [x, y] = [[0.094, 0.262, 0.317, 0.297, 0.285, 0.271][i]!,
          [0.814, 0.857, 0.876, 0.889, 0.8895, 0.89][i]!];
        return {label: `N = ${N.toLocaleString('en-US')}`, x, y, xLow: x - 0.012, xHigh: x + 0.015,
          yLow: y - 0.004, yHigh: y + 0.005, group: 'network, width 16'};
      }),
      {label: 'Gaussian samples', x: 0.33, y: 1, group: 'D<sub>G</sub>'},
    ],
  }),
};
