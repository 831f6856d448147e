/**
 * Curves with interval bands, in one panel or several: RMSE over sigma, scores over N or time.
 */
import {drawPanel} from './line-panel';
import type {LinePanel} from './line-panel';
import {checkSeries} from './line-traces';
import type {LineSeries} from './line-traces';
import {figureSize, footLegend, placePanels, sideLegend} from './panels';
import {
  REFERENCE_STYLES, baseLayout, categoricalStyle, orderedStyles, titleBlock,
} from './theme';
import type {FigureText, SeriesStyle} from './theme';
import type {PlotlyFigure, PlotlyLayout} from './types';

/** Options of both line figures. */
export interface LineLook extends FigureText {
  /** `'ordered'` colours from dark to light, for N, width or steps (default `'distinct'`). */
  readonly palette?: 'distinct' | 'ordered';
  /** Markers at the points (default true). */
  readonly markers?: boolean;
  /** Where the legend stands (default `'right'` for one panel, `'foot'` for several). */
  readonly legend?: 'right' | 'foot';
}

/** What `lineFigure` shows: one panel. */
export interface LineFigureOptions extends LinePanel, LineLook {
  /** The finding; a single panel has no other title. */
  readonly title: string;
  /** Width of the whole figure in layout pixels (default 900). */
  readonly width?: number;
  /** Height of the plot area in layout pixels (default 340). */
  readonly plotHeight?: number;
}

/** What `linePanels` shows. */
export interface LinePanelsOptions extends LineLook {
  /** Panels, row by row; series of the same name look the same and share a legend entry. */
  readonly panels: readonly LinePanel[];
  /** Panels in a row (default 2). */
  readonly columns?: number;
  /** Gives all panels the y range of the first (default true if no panel has its own y title). */
  readonly shareY?: boolean;
  /** Width of the whole figure in layout pixels (default 940). */
  readonly width?: number;
  /** Height of each panel in layout pixels (default 250). */
  readonly panelHeight?: number;
}

/**
 * Draws curves in one panel, each with the band of its intervals where it has them.
 * @param options the curves, the axes and the title.
 * @returns plain JSON, `width` layout pixels wide.
 * @throws RangeError naming the series whose arrays do not match, or when there is none.
 * @example
 * const sigmas = hg.karrasSchedule({steps: 10}).subarray(0, 10);
 * const figure = hg.lineFigure({
 *   title: 'The Gaussian denoiser keeps what is stronger than the noise',
 *   series: [{name: 'λ = 1', x: sigmas, y: sigmas.map((sigma) => 1 / (1 + sigma ** 2))}],
 *   xTitle: hg.SIGMA_TITLE, yTitle: 'λ / (λ + σ²)', xLog: true, regimes: hg.SIGMA_REGIMES,
 * });
 * console.log(figure.layout.xaxis?.type, figure.data.length); // log 1
 */
export function lineFigure({
  title, subtitle, palette, markers, legend = 'right', width = 900, plotHeight = 340, ...panel
}: LineFigureOptions): PlotlyFigure {
  return drawPanels([panel], {
    where: 'lineFigure', text: {title, ...(subtitle !== undefined && {subtitle})},
    palette, markers, legend, width, panelHeight: plotHeight, columns: 1, shareY: false,
  });
}

/**
 * Draws curves in several panels with one legend: series of the same name look the same.
 * @param options the panels and the title.
 * @returns plain JSON, `width` layout pixels wide.
 * @throws RangeError naming the series whose arrays do not match, or when there is none.
 * @example
 * const panels = [64, 4096].map((n) => ({
 *   title: `N = ${n}`, xTitle: 'training step', yTitle: 'loss',
 *   series: [{name: 'held out', x: [100, 200, 400], y: [0.7, 0.5, 0.4 + 1 / n]}],
 * }));
 * const {data, layout} = hg.linePanels({title: 'The loss falls for both N', panels});
 * console.log(data.length, layout.width); // 2 940
 */
export function linePanels({
  panels, title, subtitle, palette, markers, legend = 'foot', columns = 2, width = 940,
  panelHeight = 250, shareY = panels.every((panel) => panel.yTitle === panels[0]?.yTitle),
}: LinePanelsOptions): PlotlyFigure {
  return drawPanels(panels, {
    where: 'linePanels', text: {title, ...(subtitle !== undefined && {subtitle})},
    palette, markers, legend, width, panelHeight, columns: Math.min(columns, panels.length),
    shareY,
  });
}

interface DrawOptions {
  readonly where: string;
  readonly text: FigureText;
  readonly palette: LineLook['palette'];
  readonly markers: boolean | undefined;
  readonly legend: 'right' | 'foot';
  readonly width: number;
  readonly panelHeight: number;
  readonly columns: number;
  readonly shareY: boolean;
}

/** One style for each name, in order of first appearance; references apart from the rest. */
function assignStyles(
    series: readonly LineSeries[], palette: LineLook['palette']): Map<string, SeriesStyle> {
  const styles = new Map<string, SeriesStyle>();
  const unique = [...new Map(series.map((one) => [one.name, one])).values()];
  const own = unique.filter(({style, reference}) => style === undefined && !reference);
  const ordered = palette === 'ordered' ? orderedStyles(Math.max(1, own.length)) : undefined;
  let references = 0;
  for (const one of unique) {
    const index = own.indexOf(one);
    const style = one.style ?? (one.reference === true ?
      REFERENCE_STYLES[references++ % REFERENCE_STYLES.length]! :
      ordered?.[index] ?? categoricalStyle(index));
    styles.set(one.name, style);
  }
  return styles;
}

const MARGIN = {left: 72, right: 24, bottom: 58, gapY: 80};

function drawPanels(panels: readonly LinePanel[], {
  where, text, palette = 'distinct', markers = true, legend, width, panelHeight, columns, shareY,
}: DrawOptions): PlotlyFigure {
  const all = panels.flatMap((panel) => panel.series);
  if (all.length === 0) {
    throw new RangeError(`${where}: expected at least one series, got none`);
  }
  all.forEach((series) => checkSeries(where, series));
  const styles = assignStyles(all, palette);
  const names = [...styles.keys()];
  const side = legend === 'right' && names.length > 1 ? sideLegend(names) : undefined;
  const foot = legend === 'foot' && names.length > 1 ?
    footLegend(names, width, MARGIN.left) : undefined;
  const right = side?.margin ?? MARGIN.right;
  const gapX = shareY ? 50 : 76;
  const panelWidth = (width - MARGIN.left - right - (columns - 1) * gapX) / columns;
  const place = placePanels(panels.length, {
    columns, width: panelWidth, height: panelHeight, gapX, gapY: MARGIN.gapY,
  });
  const heading = titleBlock(text, width);
  const regimeHeight = panels.some(({regimes}) => regimes) ? 18 : 4;
  const panelTitles = panels.some(({title}) => title !== undefined);
  const size = figureSize(place, {
    t: heading.height + 14 + regimeHeight + (panelTitles ? 20 : 0), r: right,
    b: MARGIN.bottom + (foot?.height ?? 0), l: MARGIN.left,
  });
  const shown = new Set<string>();
  const legendNames = new Map(names.map((name, i) => [name, (side ?? foot)?.names[i] ?? name]));
  const drawn = panels.map((panel, i) => drawPanel(panel, place.panels[i]!, {
    styles, markers, legendNames, shown, width: panelWidth,
    height: panelHeight, titleLift: regimeHeight, bottom: i + columns >= panels.length,
    plainY: shareY && i % columns > 0,
    ...(shareY && {shared: panels}),
  }));
  const layout: PlotlyLayout = {
    ...baseLayout(size.width, size.height), title: heading.title, margin: size.margin,
    hovermode: 'x unified', showlegend: names.length > 1,
    ...((side ?? foot) && {legend: (side ?? foot)!.legend}),
    shapes: drawn.flatMap(({shapes}) => shapes),
    annotations: drawn.flatMap(({annotations}) => annotations),
    ...Object.assign({}, ...drawn.map(({axes}) => axes)) as object,
  };
  return {data: drawn.flatMap(({traces}) => traces), layout};
}
