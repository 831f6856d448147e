/**
 * The controls and frames of Plotly.js's figure format, as far as the project writes them.
 * Hand-written, so that a wrong attribute name is a compile error; attributes mean what
 * https://plotly.com/javascript/reference says.
 */
import type {Font} from './basic-types';
import type {PlotlyLayout} from './layout-types';
import type {HeatmapTrace, ImageTrace, ScatterTrace} from './trace-types';

/** Attributes of a trace that a frame replaces: what a trace is stays as it is. */
export type TraceChange = Partial<Omit<ScatterTrace, 'type' | 'meta'>> |
  Partial<Omit<ImageTrace, 'type' | 'meta'>> | Partial<Omit<HeatmapTrace, 'type' | 'meta'>>;

/** Attributes of the layout that a frame replaces: all but size, look and controls. */
export type LayoutChange = Partial<Omit<PlotlyLayout, 'width' | 'height' | 'autosize' | 'font' |
  'margin' | 'paper_bgcolor' | 'plot_bgcolor' | 'sliders' | 'updatemenus'>>;

/** One state of a figure, by what differs from the others. */
export interface PlotlyFrame {
  /** What the controls call it. */
  readonly name: string;
  /** Changes of the traces `traces`, in that order. */
  readonly data: readonly TraceChange[];
  /** Positions of the traces that change. */
  readonly traces: readonly number[];
  readonly layout?: LayoutChange;
}

/** How the controls go from frame to frame: at once, each drawn anew. */
export interface AnimationOptions {
  /** `'immediate'` ends an animation that runs. */
  readonly mode: 'immediate';
  /** Milliseconds a frame stays; `redraw` is what moves images and heat maps. */
  readonly frame: {readonly duration: number; readonly redraw: true};
  readonly transition: {readonly duration: 0};
  /** Begins with the frame after the one that is shown (default false). */
  readonly fromcurrent?: boolean;
}

/** The frames to show, in order (`null`: all of them; `[null]`: none, which stops). */
export type AnimationArguments =
  readonly [frames: readonly string[] | null | readonly [null], options: AnimationOptions];

export interface SliderStep {
  readonly label: string;
  readonly method: 'animate';
  readonly args: AnimationArguments;
}

export interface Slider {
  /** Position of the step that is shown. */
  readonly active: number;
  readonly steps: readonly SliderStep[];
  readonly currentvalue: {
    readonly prefix: string;
    readonly xanchor: 'left' | 'center' | 'right';
    readonly offset?: number;
    readonly font?: Font;
  };
  /** Fractions of the plot area, which `len` counts in too. */
  readonly x: number;
  readonly y: number;
  readonly xanchor: 'left';
  readonly yanchor: 'top';
  readonly len: number;
  readonly lenmode: 'fraction' | 'pixels';
  readonly pad: {readonly t: number; readonly b: number; readonly l: number; readonly r: number};
  readonly font?: Font;
  readonly bgcolor?: string;
  readonly bordercolor?: string;
  readonly activebgcolor?: string;
  readonly tickcolor?: string;
  readonly ticklen?: number;
}

export interface MenuButton {
  readonly label: string;
  readonly method: 'animate';
  readonly args: AnimationArguments;
}

export interface UpdateMenu {
  readonly type: 'buttons';
  readonly direction: 'left';
  readonly showactive: false;
  readonly buttons: readonly MenuButton[];
  readonly x: number;
  readonly y: number;
  readonly xanchor: 'left' | 'right';
  readonly yanchor: 'top';
  readonly pad: {readonly t: number; readonly r: number};
  readonly font?: Font;
  readonly bgcolor?: string;
  readonly bordercolor?: string;
}
