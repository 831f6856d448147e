/** One curve with its interval band, as Plotly traces. */
import {withOpacity} from './theme';
import type {SeriesStyle} from './theme';
import type {Dash, ScatterTrace, TraceMeta, Value, XAxisId, YAxisId} from './types';

/** A curve: y over x, with an interval at each point where one is known. */
export interface LineSeries {
  /** Legend entry: names what differs, with N, width or steps where they do. */
  readonly name: string;
  /** `[n]`. */
  readonly x: ArrayLike<number>;
  /** `[n]`; NaN leaves a gap. */
  readonly y: ArrayLike<number>;
  /** Lower ends of the intervals, `[n]`; given together with `high`. */
  readonly low?: ArrayLike<number>;
  /** Upper ends of the intervals, `[n]`. */
  readonly high?: ArrayLike<number>;
  /** Draws a thin grey line without markers, for references such as held-out images (default
   *  false). */
  readonly reference?: boolean;
  /** Replaces the dash of the theme (default: the theme's). */
  readonly dash?: Dash;
  /** Replaces the whole style, for example `DENOISER_STYLES.gaussian` (default: the theme's). */
  readonly style?: SeriesStyle;
  /** Extra hover text of each point, `[n]` (default none). */
  readonly hover?: readonly string[];
}

/** Finite numbers as they are, all else as a gap. */
const toValues = (values: ArrayLike<number>): Value[] =>
    Array.from(values, (value) => Number.isFinite(value) ? value : null);

/** @throws RangeError naming the series whose arrays differ in length or that lacks a bound. */
export function checkSeries(where: string, series: LineSeries): void {
  const {name, x, y, low, high, hover} = series;
  for (const [key, array] of Object.entries({y, low, high, hover})) {
    if (array !== undefined && array.length !== x.length) {
      throw new RangeError(`${where}: expected \`${key}\` of series "${name}" to hold ` +
          `${x.length} values like \`x\`, got ${array.length}`);
    }
  }
  if ((low === undefined) !== (high === undefined)) {
    throw new RangeError(`${where}: expected \`low\` and \`high\` of series "${name}" together, ` +
        'got only one of them');
  }
}

/** Outline of the band: there along `high`, back along `low`; one closed piece a run of points. */
function bandOutline(x: Value[], low: Value[], high: Value[]): {x: Value[]; y: Value[]} {
  const outline: {x: Value[]; y: Value[]} = {x: [], y: []};
  let run: number[] = [];
  const close = (): void => {
    if (run.length > 1) {
      const back = [...run].reverse();
      outline.x.push(...run.map((i) => x[i]!), ...back.map((i) => x[i]!), null);
      outline.y.push(...run.map((i) => high[i]!), ...back.map((i) => low[i]!), null);
    }
    run = [];
  };
  x.forEach((value, i) => {
    if (value === null || low[i] === null || high[i] === null) {
      close();
    } else {
      run.push(i);
    }
  });
  close();
  outline.x.pop();
  outline.y.pop();
  return outline;
}

export interface LineTraceOptions {
  readonly style: SeriesStyle;
  /** Draws a marker at each point of a series that is not a reference. */
  readonly markers: boolean;
  readonly xId: XAxisId;
  readonly yId: YAxisId;
  readonly panel?: string;
  /** Legend entry as drawn (default the series's name). */
  readonly legendName?: string;
  readonly showLegend: boolean;
  /** Least value a band may reach, > 0 on a log axis (default none). */
  readonly floor?: number;
}

/** The traces of one series, band first so that all lines lie above it. */
export function lineTraces(series: LineSeries, {
  style, markers, xId, yId, panel, legendName = series.name, showLegend, floor = -Infinity,
}: LineTraceOptions): {band?: ScatterTrace; line: ScatterTrace} {
  const reference = series.reference ?? false;
  const [x, y] = [toValues(series.x), toValues(series.y)];
  const meta: TraceMeta = {kind: 'series', ...(panel !== undefined && {panel})};
  const shared = {type: 'scatter', xaxis: xId, yaxis: yId, legendgroup: series.name} as const;
  const dash = series.dash ?? style.dash;
  const [low, high] = [series.low, series.high].map(
      (bound) => bound && toValues(bound)) as [Value[]?, Value[]?];
  const interval = low && high ? ' [%{customdata[0]:.3g}, %{customdata[1]:.3g}]' : '';
  const line: ScatterTrace = {
    ...shared, mode: markers && !reference ? 'lines+markers' : 'lines',
    name: legendName, x, y, meta, showlegend: showLegend,
    line: {color: style.colour, width: reference ? 1.6 : 2.2, dash},
    ...(markers && !reference && {
      marker: {color: style.colour, symbol: style.marker, size: 7.5,
        line: {color: '#ffffff', width: 1}},
      cliponaxis: false,    // whole markers also at an end of the axis
    }),
    ...(low && high && {customdata: x.map((_, i) => [low[i]!, high[i]!])}),
    ...(series.hover && {text: [...series.hover]}),
    hovertemplate: `%{y:.3g}${interval}${series.hover ? ' · %{text}' : ''}` +
        `<extra>${series.name}</extra>`,
  };
  if (!low || !high) {
    return {line};
  }
  const clipped = low.map((value) => value === null ? null : Math.max(value, floor));
  const outline = bandOutline(x, clipped, high);
  const band: ScatterTrace = {
    ...shared, mode: 'lines', ...outline, meta: {...meta, kind: 'decoration'}, fill: 'toself',
    fillcolor: withOpacity(style.colour, reference ? 0.1 : 0.16), line: {width: 0},
    hoverinfo: 'skip', showlegend: false,
  };
  return {band, line};
}
