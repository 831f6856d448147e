/** One panel of a line figure: its curves, marks and axes. */
import {lineTraces} from './line-traces';
import type {LineSeries} from './line-traces';
import {panelMarks} from './line-marks';
import type {Mark} from './line-marks';
import {panelTitle} from './panels';
import type {PanelPlace} from './panels';
import {logAxis, logRange, regimeMarks} from './sigma-axis';
import type {Regime} from './sigma-axis';
import {baseAxis} from './theme';
import type {SeriesStyle} from './theme';
import type {Annotation, Axis, ScatterTrace, Shape} from './types';

/** What one panel shows. */
export interface LinePanel {
  /** Names the panel in a figure of several. */
  readonly title?: string;
  /** The curves, at least one. */
  readonly series: readonly LineSeries[];
  /** Title of the x axis, with its unit (default none). */
  readonly xTitle?: string;
  /** Title of the y axis, with its unit (default none). */
  readonly yTitle?: string;
  /** Log scale of x; points <= 0 are not drawn (default false). */
  readonly xLog?: boolean;
  /** Log scale of y; points <= 0 are not drawn (default false). */
  readonly yLog?: boolean;
  /** Values to label on the x axis, such as the N that were run (default: round numbers). */
  readonly xTicks?: readonly number[];
  /** Ends of the y axis, in units of y also on a log axis (default: all data). */
  readonly yRange?: readonly [number, number];
  /** Named stretches of the x axis, for example `SIGMA_REGIMES` (default none). */
  readonly regimes?: readonly Regime[];
  /** Labelled positions on the x axis, for example where early stopping is (default none). */
  readonly verticalLines?: readonly Mark[];
  /** Labelled levels on the y axis, for example a threshold (default none). */
  readonly horizontalLines?: readonly Mark[];
}

export interface DrawnPanel {
  readonly traces: ScatterTrace[];
  readonly shapes: Shape[];
  readonly annotations: Annotation[];
  readonly axes: Record<string, Axis>;
}

export interface DrawPanelOptions {
  readonly styles: ReadonlyMap<string, SeriesStyle>;
  readonly markers: boolean;
  readonly legendNames: ReadonlyMap<string, string>;
  /** Names already in the legend; grows. */
  readonly shown: Set<string>;
  /** Size of the panel, layout pixels. */
  readonly width: number;
  readonly height: number;
  /** Room between the panel and its title, layout pixels. */
  readonly titleLift: number;
  /** Whether no panel stands below: only then is the x axis titled. */
  readonly bottom: boolean;
  /** Whether the panel on the left has the same y axis: then this one has no title. */
  readonly plainY: boolean;
  /** Panels whose y range this one shares. */
  readonly shared?: readonly LinePanel[];
}

/** The traces, marks and axes of one panel. */
export function drawPanel(panel: LinePanel, place: PanelPlace, {
  styles, markers, legendNames, shown, width, height, titleLift, bottom, plainY, shared,
}: DrawPanelOptions): DrawnPanel {
  const {xId, yId} = place;
  const [xLog, yLog] = [panel.xLog ?? false, panel.yLog ?? false];
  const yRange = axisRange('y', shared ?? [panel], yLog, panel.yRange);
  const xRange = axisRange('x', [panel], xLog);
  const parts = panel.series.map((series) => {
    const showLegend = !shown.has(series.name);
    shown.add(series.name);
    return lineTraces(series, {
      style: styles.get(series.name)!, markers, xId, yId, showLegend,
      legendName: legendNames.get(series.name)!,
      ...(panel.title !== undefined && {panel: panel.title}),
      ...(yLog && {floor: 10 ** yRange[0]}),
    });
  });
  const regimes = panel.regimes === undefined ? {shapes: [], annotations: []} :
    regimeMarks(panel.regimes, {xId, yId, range: xRange, log: xLog, width});
  const marks = panelMarks(panel, {xId, yId, xRange, yRange, xLog, yLog, width, height});
  const xTitle = bottom ? panel.xTitle : undefined;
  const yTitle = plainY ? undefined : panel.yTitle;
  const ticks = panel.xTicks && {
    tickmode: 'array', tickvals: [...panel.xTicks],
    ticktext: panel.xTicks.map((tick) => tick.toLocaleString('en-US')),
  } as const;
  const xAxis: Axis = {
    ...(!xLog ? {...baseAxis(xTitle), range: xRange} :
      ticks ? {...baseAxis(xTitle), type: 'log', range: xRange} : logAxis(xTitle, xRange)),
    ...ticks, domain: place.xDomain, anchor: yId, hoverformat: '.3~g',
  };
  const yAxis: Axis = {
    ...(yLog ? logAxis(yTitle, yRange) : {...baseAxis(yTitle), range: yRange}),
    domain: place.yDomain, anchor: xId,
  };
  const bands = parts.flatMap(({band}) => band ?? []);
  return {
    traces: [...bands, ...parts.map(({line}) => line)],
    shapes: [...regimes.shapes, ...marks.shapes],
    annotations: [...regimes.annotations, ...marks.annotations,
      ...(panel.title === undefined ? [] : [panelTitle(panel.title, place, titleLift)])],
    axes: {[place.xKey]: xAxis, [place.yKey]: yAxis},
  };
}

/** Range of an axis over all finite values of the panels, with a margin; exponents if log. */
function axisRange(
    axis: 'x' | 'y', panels: readonly LinePanel[], log: boolean,
    fixed?: readonly [number, number]): [number, number] {
  if (fixed !== undefined) {
    return log ? [Math.log10(fixed[0]), Math.log10(fixed[1])] : [fixed[0], fixed[1]];
  }
  const values = panels.flatMap(({series, horizontalLines = []}) => [
    ...series.flatMap(({x, y, low, high}) =>
        axis === 'x' ? Array.from(x) : [y, low ?? [], high ?? []].flatMap((a) => Array.from(a))),
    ...(axis === 'y' ? horizontalLines.map(({at}) => at) : []),
  ]).filter(Number.isFinite);
  if (log) {
    return logRange(values);
  }
  const [low, high] = values.reduce(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)] as const,
      [Infinity, -Infinity] as readonly [number, number]);
  const pad = high > low ? (high - low) * (axis === 'x' ? 0.03 : 0.07) : 0.5;
  // Quantities that cannot be negative keep their zero when it is near.
  const start = axis === 'y' && low >= 0 && low - pad < 0.15 * high ? 0 : low - pad;
  return [start, high + pad];
}
