/**
 * A figure in the format of Plotly.js, whose parts are in the files named here. It is plain JSON:
 * missing numbers are `null`, arrays are plain arrays.
 */
import type {PlotlyFrame} from './control-types';
import type {PlotlyLayout} from './layout-types';
import type {PlotlyTrace} from './trace-types';

export type * from './basic-types';
export type * from './control-types';
export type * from './layout-types';
export type * from './trace-types';

/** A figure as Plotly takes it: `Plotly.newPlot(node, figure)`. */
export interface PlotlyFigure {
  /** The traces, later ones over earlier ones. */
  readonly data: readonly PlotlyTrace[];
  /** Axes, titles, size. */
  readonly layout: PlotlyLayout;
  /** States that the layout's controls choose from; `data` and `layout` show one of them. */
  readonly frames?: readonly PlotlyFrame[];
}
