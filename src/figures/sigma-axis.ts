/**
 * The noise axis: sigma, the standard deviation of the noise in pixels of [-1, 1], on a log scale,
 * with the three regimes of the paper (Li, Dai, Qu 2024, section 4) marked on it.
 */
import {FONT_SIZE, MUTED, SHADE, baseAxis} from './theme';
import {textWidth} from './text-layout';
import type {Annotation, Axis, Shape, XAxisId, YAxisId} from './types';

/** A stretch of the x axis with a name. */
export interface Regime {
  /** Stands above the stretch. */
  readonly label: string;
  /** Shown where `label` does not fit (default: nothing is). */
  readonly shortLabel?: string;
  /** Where it begins, in units of x. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
  /** Draws a tinted ground (default false). */
  readonly shaded?: boolean;
}

/**
 * The paper's noise regimes: near linear at both ends, nonlinear between (Li, Dai, Qu 2024,
 * fig. 2). For `regimes` of a line figure over sigma.
 * @example
 * for (const {label, from, to} of hg.SIGMA_REGIMES) console.log(label, from, to);
 * // low noise 0.002 0.1
 * // intermediate noise 0.1 20
 * // high noise 20 80
 */
export const SIGMA_REGIMES: readonly Regime[] = [
  {label: 'low noise', shortLabel: 'low', from: 0.002, to: 0.1},
  {label: 'intermediate noise', shortLabel: 'intermediate', from: 0.1, to: 20, shaded: true},
  {label: 'high noise', shortLabel: 'high', from: 20, to: 80},
];

/**
 * Title of the noise axis, with its unit.
 * @example console.log(hg.SIGMA_TITLE); // σ, noise standard deviation (pixels in [−1, 1])
 */
export const SIGMA_TITLE = 'σ, noise standard deviation (pixels in [−1, 1])';

/**
 * A noise level with 3 significant digits, for labels.
 * @param sigma in pixels of [-1, 1].
 * @example console.log(hg.formatSigma(42.415), hg.formatSigma(0.002)); // 42.4 0.002
 */
export const formatSigma = (sigma: number): string => `${Number(sigma.toPrecision(3))}`;

/** Ends of a log axis around positive values, as exponents of 10, with a margin. */
export function logRange(values: Iterable<number>, margin = 0.04): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value > 0 && Number.isFinite(value)) {
      low = Math.min(low, Math.log10(value));
      high = Math.max(high, Math.log10(value));
    }
  }
  if (low > high) {
    throw new RangeError('logRange: expected at least one value > 0 for a log axis, got none; ' +
        'use a linear axis or check the data');
  }
  const pad = high > low ? (high - low) * margin : 0.2;
  return [low - pad, high + pad];
}

/** A log axis with a label at each power of 10 and small ticks between. */
export function logAxis(title: string | undefined, range: readonly [number, number]): Axis {
  const plain = range[0] > -3.5 && range[1] < 5.5;    // 0.001 … 100000 read best as they are
  return {
    ...baseAxis(title), type: 'log', range, dtick: 1, exponentformat: plain ? 'none' : 'power',
    minor: {ticks: 'outside', ticklen: 3, dtick: 'D1', tickcolor: MUTED},
  };
}

/** Shapes and labels that mark regimes over one panel. */
export function regimeMarks(regimes: readonly Regime[], {xId, yId, range, log, width}: {
  readonly xId: XAxisId; readonly yId: YAxisId;
  /** Range of the x axis, exponents if `log`. */
  readonly range: readonly [number, number]; readonly log: boolean;
  /** Width of the panel, layout pixels. */
  readonly width: number;
}): {shapes: Shape[]; annotations: Annotation[]} {
  const place = (value: number): number => log ? Math.log10(value) : value;
  const value = (position: number): number => log ? 10 ** position : position;
  const yref = `${yId} domain`;
  const spans = regimes.map((regime, i) => {
    const start = i === 0 ? range[0] : Math.max(place(regime.from), range[0]);
    const end = i === regimes.length - 1 ? range[1] : Math.min(place(regime.to), range[1]);
    return {regime, start, end, pixels: (end - start) / (range[1] - range[0]) * width};
  }).filter(({start, end}) => end > start);
  const fits = (text: string, pixels: number): boolean =>
      textWidth(text, FONT_SIZE.note) <= pixels - 4;
  const long = spans.every(({regime, pixels}) => fits(regime.label, pixels));
  const shapes = spans.flatMap(({regime, start, end}): Shape[] => {
    const ends = {xref: xId, yref, y0: 0, y1: 1, layer: 'below'} as const;
    const [x0, x1] = [value(start), value(end)];
    const edge = (x: number): Shape => ({
      ...ends, type: 'line', x0: x, x1: x, line: {color: '#c4c7cc', width: 1, dash: 'dot'},
    });
    return regime.shaded !== true ? [] :
      [{...ends, type: 'rect', x0, x1, fillcolor: SHADE, line: {width: 0}}, edge(x0), edge(x1)];
  });
  const annotations = spans.flatMap(({regime, start, end, pixels}): Annotation[] => {
    const text = long ? regime.label : regime.shortLabel ?? '';
    return text === '' || !fits(text, pixels) ? [] : [{
      text, xref: xId, yref, x: (start + end) / 2, y: 1, xanchor: 'center', yanchor: 'bottom',
      showarrow: false, font: {size: FONT_SIZE.note, color: MUTED},
    }];
  });
  return {shapes, annotations};
}
