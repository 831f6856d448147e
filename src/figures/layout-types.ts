/**
 * The layout of Plotly.js's figure format, as far as the project writes it. Hand-written, so that a
 * wrong attribute name is a compile error; attributes mean what
 * https://plotly.com/javascript/reference says.
 */
import type {Slider, UpdateMenu} from './control-types';
import type {Font, Line, XAxisId, YAxisId} from './basic-types';

export interface Axis {
  readonly type?: 'linear' | 'log';
  readonly title?: {readonly text: string; readonly font?: Font; readonly standoff?: number};
  /** Ends of the axis; exponents of 10 on a log axis. */
  readonly range?: readonly [number, number];
  readonly rangemode?: 'normal' | 'tozero';
  readonly autorange?: boolean | 'reversed';
  readonly domain?: readonly [number, number];
  readonly anchor?: XAxisId | YAxisId;
  readonly matches?: XAxisId | YAxisId;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly tickmode?: 'auto' | 'linear' | 'array';
  readonly tickvals?: readonly number[];
  readonly ticktext?: readonly string[];
  readonly tickangle?: number;
  readonly tickfont?: Font;
  readonly dtick?: number | string;
  readonly tick0?: number;
  readonly ticks?: 'outside' | '';
  readonly ticklen?: number;
  readonly tickcolor?: string;
  /** Gap between axis and labels, layout pixels. */
  readonly ticklabelstandoff?: number;
  readonly minor?: {readonly ticks: 'outside'; readonly ticklen: number; readonly dtick: string;
    readonly tickcolor: string;};
  readonly exponentformat?: 'power' | 'none';
  readonly separatethousands?: boolean;
  readonly hoverformat?: string;
  readonly showgrid?: boolean;
  readonly gridcolor?: string;
  readonly showline?: boolean;
  readonly linecolor?: string;
  readonly mirror?: boolean;
  readonly zeroline?: boolean;
  readonly showticklabels?: boolean;
  readonly fixedrange?: boolean;
  readonly nticks?: number;
}

export interface Shape {
  readonly type: 'rect' | 'line';
  /** Axis id, that id followed by ` domain`, or `paper`. Log axes take plain values. */
  readonly xref: string;
  readonly yref: string;
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly fillcolor?: string;
  readonly line: Line;
  /** `between` is over the grid and under the traces. */
  readonly layer?: 'below' | 'between';
}

export interface Annotation {
  readonly text: string;
  readonly xref: string;
  readonly yref: string;
  /** Position; an exponent of 10 on a log axis (unlike shapes). */
  readonly x: number;
  readonly y: number;
  readonly xanchor?: 'left' | 'center' | 'right';
  readonly yanchor?: 'top' | 'middle' | 'bottom';
  readonly xshift?: number;
  readonly yshift?: number;
  readonly showarrow: boolean;
  readonly arrowhead?: number;
  readonly arrowwidth?: number;
  readonly arrowcolor?: string;
  /** Pixels between the point and its end of the arrow. */
  readonly standoff?: number;
  readonly ax?: number;
  readonly ay?: number;
  readonly font?: Font;
  readonly align?: 'left' | 'center' | 'right';
}

export interface ColorBar {
  readonly title?: {readonly text: string; readonly side?: 'right' | 'top'; readonly font?: Font};
  readonly thickness?: number;
  readonly len?: number;
  readonly lenmode?: 'fraction' | 'pixels';
  readonly x?: number;
  readonly xpad?: number;
  readonly y?: number;
  readonly yanchor?: 'top' | 'middle';
  readonly outlinewidth?: number;
  readonly tickvals?: readonly number[];
}

export interface ColorAxis {
  readonly cmin: number;
  readonly cmax: number;
  readonly colorscale: readonly (readonly [number, string])[];
  readonly colorbar?: ColorBar;
}

export interface Legend {
  readonly orientation?: 'h' | 'v';
  readonly x?: number;
  readonly y?: number;
  readonly xref?: 'paper' | 'container';
  readonly yref?: 'paper' | 'container';
  readonly xanchor?: 'left' | 'center' | 'right';
  readonly yanchor?: 'top' | 'middle' | 'bottom';
  readonly entrywidth?: number;
  readonly entrywidthmode?: 'pixels';
  readonly font?: Font;
  readonly tracegroupgap?: number;
  readonly itemwidth?: number;
}

export interface Margin {
  readonly t: number;
  readonly r: number;
  readonly b: number;
  readonly l: number;
  readonly autoexpand?: boolean;
}

export interface Title {
  readonly text: string;
  readonly font?: Font;
  readonly x?: number;
  readonly xref?: 'container' | 'paper';
  readonly xanchor?: 'left';
  readonly y?: number;
  readonly yref?: 'container' | 'paper';
  readonly yanchor?: 'top';
  readonly pad?: {readonly t?: number; readonly l?: number};
}

export interface PlotlyLayout {
  /** Layout pixels; every figure has a fixed size, so that screen and print look the same. */
  readonly width: number;
  readonly height: number;
  readonly autosize: false;
  readonly title: Title;
  readonly font: Font;
  readonly paper_bgcolor: string;
  readonly plot_bgcolor: string;
  readonly margin: Margin;
  readonly showlegend?: boolean;
  readonly legend?: Legend;
  readonly hovermode?: 'closest' | 'x unified';
  readonly hoverdistance?: number;
  readonly hoverlabel?: {readonly bgcolor?: string; readonly font?: Font;
    readonly align?: 'left'; readonly namelength?: number;};
  readonly shapes?: readonly Shape[];
  readonly annotations?: readonly Annotation[];
  readonly coloraxis?: ColorAxis;
  /** Controls that choose among the figure's frames. */
  readonly sliders?: readonly Slider[];
  readonly updatemenus?: readonly UpdateMenu[];
  readonly xaxis?: Axis;
  readonly yaxis?: Axis;
  /** Axes of the further panels. */
  readonly [xAxis: `xaxis${number}`]: Axis;
  readonly [yAxis: `yaxis${number}`]: Axis;
}
