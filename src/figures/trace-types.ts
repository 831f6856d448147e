/**
 * The traces of Plotly.js's figure format, as far as the project writes them.
 * Hand-written, so that a wrong attribute name is a compile error; attributes mean what
 * https://plotly.com/javascript/reference says.
 */
import type {Line, MarkerSymbol, Value, XAxisId, YAxisId} from './basic-types';

export interface Marker {
  readonly color?: string;
  readonly size?: number;
  readonly symbol?: MarkerSymbol;
  readonly opacity?: number;
  readonly line?: Line;
}

/** Asymmetric error bars: distances from the point, not positions. */
export interface ErrorBars {
  readonly type: 'data';
  readonly symmetric: false;
  readonly array: readonly Value[];
  readonly arrayminus: readonly Value[];
  readonly color?: string;
  readonly thickness?: number;
  readonly width?: number;
}

/** What a trace is for; Plotly carries it along, the CSV export reads it. */
export interface TraceMeta {
  readonly kind: 'series' | 'points' | 'cells' | 'matrix' | 'decoration';
  /** Title of the trace's panel in a figure of several. */
  readonly panel?: string;
}

interface TraceBase {
  readonly name?: string;
  readonly meta: TraceMeta;
  readonly xaxis?: XAxisId;
  readonly yaxis?: YAxisId;
  readonly hoverinfo?: 'skip' | 'text';
  readonly hovertemplate?: string;
  readonly showlegend?: boolean;
  readonly legendgroup?: string;
}

export interface ScatterTrace extends TraceBase {
  readonly type: 'scatter';
  readonly mode: 'lines' | 'markers' | 'lines+markers';
  readonly x: readonly Value[];
  readonly y: readonly Value[];
  readonly line?: Line;
  readonly marker?: Marker;
  readonly fill?: 'toself';
  readonly fillcolor?: string;
  readonly error_x?: ErrorBars;
  readonly error_y?: ErrorBars;
  readonly text?: readonly string[];
  /** One entry a point, for `hovertemplate`. */
  readonly customdata?: readonly (readonly (Value | string)[])[];
  readonly cliponaxis?: boolean;
}

export interface ImageTrace extends TraceBase {
  readonly type: 'image';
  /** A PNG as data URI; pixel (i, j) is drawn around the point (i, j) of the axes. */
  readonly source: string;
  readonly zsmooth: false;
}

export interface HeatmapTrace extends TraceBase {
  readonly type: 'heatmap';
  readonly z: readonly (readonly Value[])[];
  readonly x0: number;
  readonly y0: number;
  readonly coloraxis: 'coloraxis';
}

export type PlotlyTrace = ScatterTrace | ImageTrace | HeatmapTrace;
