/**
 * Points with intervals in both directions and a label each: how two scores move together, for
 * example linearity against GL over N.
 */
import {figureSize, placePanels, sideLegend} from './panels';
import {placeLabels} from './place-labels';
import type {Position} from './label-boxes';
import {panelPixels} from './line-marks';
import type {PanelFrame} from './line-marks';
import {logAxis, logRange} from './sigma-axis';
import {
  FONT_SIZE, INK, REFERENCE_STYLES, baseAxis, baseLayout, categoricalStyle, titleBlock,
} from './theme';
import type {FigureText, SeriesStyle} from './theme';
import type {
  Annotation, Axis, ErrorBars, PlotlyFigure, PlotlyLayout, ScatterTrace, Value,
} from './types';

/** A point; an interval is given by both of its ends. */
export interface ScatterPoint {
  /** Stands beside the point, clear of others (default none). */
  readonly label?: string;
  /** In the unit of the x axis. */
  readonly x: number;
  /** In the unit of the y axis. */
  readonly y: number;
  /** Lower end of the interval of x; given together with `xHigh` (default no interval). */
  readonly xLow?: number;
  /** Upper end of the interval of x. */
  readonly xHigh?: number;
  /** Lower end of the interval of y; given together with `yHigh` (default no interval). */
  readonly yLow?: number;
  /** Upper end of the interval of y. */
  readonly yHigh?: number;
  /** Points of one group share style and legend entry (default one group). */
  readonly group?: string;
  /** Extra hover text (default none). */
  readonly hover?: string;
}

/** What `scatterFigure` shows. */
export interface ScatterFigureOptions extends FigureText {
  /** At least one. */
  readonly points: readonly ScatterPoint[];
  /** Title of the x axis, with its unit. */
  readonly xTitle: string;
  /** Title of the y axis, with its unit. */
  readonly yTitle: string;
  /** Log scale of x (default false). */
  readonly xLog?: boolean;
  /** Log scale of y (default false). */
  readonly yLog?: boolean;
  /** Joins the points of each group in the order given (default false). */
  readonly connect?: boolean;
  /** Groups drawn in grey as references (default none). */
  readonly references?: readonly string[];
  /** Width of the whole figure, layout pixels (default 780). */
  readonly width?: number;
  /** Height of the plot area, layout pixels (default 380). */
  readonly plotHeight?: number;
}

const MARGIN = {left: 72, right: 26, bottom: 58};

function errorBars(
    values: readonly number[], low: readonly (number | undefined)[],
    high: readonly (number | undefined)[], color: string): ErrorBars | undefined {
  if (low.every((value) => value === undefined)) {
    return undefined;
  }
  const distance = (value: number, end: number | undefined): Value =>
      end === undefined ? null : Math.abs(end - value);
  return {
    type: 'data', symmetric: false, color, thickness: 1.3, width: 4,
    array: values.map((value, i) => distance(value, high[i])),
    arrayminus: values.map((value, i) => distance(value, low[i])),
  };
}

function range(values: readonly number[], log: boolean): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (log) {
    return logRange(finite, 0.08);
  }
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const pad = high > low ? (high - low) * 0.1 : 0.5;
  return [low - pad, high + pad];
}

/**
 * Draws points with their intervals.
 * @param options the points, the axes and the title.
 * @returns plain JSON, `width` layout pixels wide.
 * @throws RangeError if there is no point, or one whose interval has a single end.
 * @example
 * const {data} = hg.scatterFigure({
 *   title: 'Linearity and novelty rise together', connect: true,
 *   points: [
 *     {label: 'N = 64', x: 0.09, xLow: 0.08, xHigh: 0.1, y: 0.81},
 *     {label: 'N = 256', x: 0.2, y: 0.9},
 *   ],
 *   xTitle: 'GL score', yTitle: 'least LS over σ',
 * });
 * console.log(data.map((trace) => 'mode' in trace && trace.mode).join(', ')); // lines, markers
 */
export function scatterFigure({
  title, subtitle, points, xTitle, yTitle, xLog = false, yLog = false, connect = false,
  references = [], width = 780, plotHeight = 380,
}: ScatterFigureOptions): PlotlyFigure {
  if (points.length === 0) {
    throw new RangeError('scatterFigure: expected at least one point, got none');
  }
  for (const {label, x, y, xLow, xHigh, yLow, yHigh} of points) {
    if ((xLow === undefined) !== (xHigh === undefined) ||
        (yLow === undefined) !== (yHigh === undefined)) {
      throw new RangeError(`scatterFigure: expected both ends of the intervals of point ` +
          `"${label ?? `(${x}, ${y})`}", got only one`);
    }
  }
  const groups = [...new Set(points.map(({group = ''}) => group))];
  const legend = groups.length > 1 ? sideLegend(groups) : undefined;
  const right = legend?.margin ?? MARGIN.right;
  const place = placePanels(1, {
    columns: 1, width: width - MARGIN.left - right, height: plotHeight, gapX: 0, gapY: 0,
  });
  const heading = titleBlock({title, ...(subtitle !== undefined && {subtitle})}, width);
  const size = figureSize(place, {
    t: heading.height + 18, r: right, b: MARGIN.bottom, l: MARGIN.left,
  });
  const xRange = range(points.flatMap(({x, xLow = x, xHigh = x}) => [x, xLow, xHigh]), xLog);
  const yRange = range(points.flatMap(({y, yLow = y, yHigh = y}) => [y, yLow, yHigh]), yLog);
  const frame = {xRange, yRange, xLog, yLog, width: place.plotWidth, height: plotHeight};
  const annotations = labelPoints(points, groups, connect, frame);
  const styleOf = (group: string): SeriesStyle => references.includes(group) ?
    REFERENCE_STYLES[references.indexOf(group) % REFERENCE_STYLES.length]! :
    categoricalStyle(groups.filter((other) => !references.includes(other)).indexOf(group));
  const data = groups.map((group, g): ScatterTrace => {
    const style = styleOf(group);
    const own = points.filter((point) => (point.group ?? '') === group);
    const [xs, ys] = [own.map(({x}) => x), own.map(({y}) => y)];
    const {colour} = style;
    const xBars = errorBars(xs, own.map(({xLow}) => xLow), own.map(({xHigh}) => xHigh), colour);
    const yBars = errorBars(ys, own.map(({yLow}) => yLow), own.map(({yHigh}) => yHigh), colour);
    return {
      type: 'scatter', mode: 'markers', meta: {kind: 'points'}, x: xs, y: ys,
      name: legend?.names[g] ?? group, showlegend: legend !== undefined,
      marker: {color: style.colour, symbol: style.marker, size: 10,
        line: {color: '#ffffff', width: 1}},
      text: own.map(({label = ''}) => label), cliponaxis: false,
      ...(xBars && {error_x: xBars}), ...(yBars && {error_y: yBars}),
      customdata: own.map(({hover = ''}) => [hover]),
      hovertemplate: `<b>%{text}</b> ${group}<br>%{x:.3g}, %{y:.3g} %{customdata[0]}` +
          '<extra></extra>',
    };
  });
  const lines = !connect ? [] : data.map((trace): ScatterTrace => ({
    type: 'scatter', mode: 'lines', meta: {kind: 'decoration'}, x: trace.x, y: trace.y,
    line: {color: '#b4bac1', width: 1.3, dash: 'dot'}, hoverinfo: 'skip', showlegend: false,
  }));
  const axis = (text: string, log: boolean, ends: [number, number]): Axis =>
      log ? logAxis(text, ends) : {...baseAxis(text), range: ends};
  const layout: PlotlyLayout = {
    ...baseLayout(size.width, size.height), title: heading.title, margin: size.margin,
    hovermode: 'closest', showlegend: legend !== undefined,
    ...(legend && {legend: legend.legend}),
    annotations,
    xaxis: axis(xTitle, xLog, xRange), yaxis: axis(yTitle, yLog, yRange),
  };
  return {data: [...lines, ...data], layout};
}

/** The labels, clear of points, intervals and joining lines. */
function labelPoints(
    points: readonly ScatterPoint[], groups: readonly string[], connect: boolean,
    frame: Omit<PanelFrame, 'xId' | 'yId'>): Annotation[] {
  const toPixels = panelPixels(frame);
  const bars = points.flatMap(({x, y, xLow = x, xHigh = x, yLow = y, yHigh = y}) => {
    const [bottom, top] = [toPixels(x, yLow), toPixels(x, yHigh)];
    const cap = ({x: at, y: level}: Position): readonly [Position, Position] =>
        [{x: at - 4, y: level}, {x: at + 4, y: level}];
    return [[toPixels(xLow, y), toPixels(xHigh, y)] as const, [bottom, top] as const,
      cap(bottom), cap(top)];
  });
  const joins = !connect ? [] : groups.flatMap((group) => {
    const own = points.filter((point) => (point.group ?? '') === group);
    return own.slice(1).map(
        ({x, y}, i) => [toPixels(own[i]!.x, own[i]!.y), toPixels(x, y)] as const);
  });
  const places = placeLabels(
      points.map(({x, y, label = ''}) => ({...toPixels(x, y), label})), frame,
      {fontSize: FONT_SIZE.legend, obstacles: [...bars, ...joins]});
  return points.flatMap(({x, y, label}, i): Annotation[] => {
    const {dx, dy, leader} = places[i]!;
    return label === undefined ? [] : [{
      text: label, xref: 'x', yref: 'y', x: frame.xLog ? Math.log10(x) : x,
      y: frame.yLog ? Math.log10(y) : y, font: {size: FONT_SIZE.legend, color: INK},
      ...(leader ?
        {showarrow: true, arrowhead: 0, arrowwidth: 0.8, arrowcolor: '#9aa1a9', ax: dx, ay: -dy,
          standoff: 6} :
        {showarrow: false, xshift: dx, yshift: dy}),
    }];
  });
}
