/**
 * Overlap |⟨uᵢ, vⱼ⟩| of two sets of unit vectors as heat maps side by side: a bright diagonal
 * says that the vectors agree one by one, a bright corner that they span the same space.
 */
import {figureSize, panelTitle, placePanels} from './panels';
import {FONT_SIZE, baseAxis, baseLayout, titleBlock} from './theme';
import type {FigureText} from './theme';
import type {Axis, HeatmapTrace, PlotlyFigure, PlotlyLayout} from './types';

/** One heat map. */
export interface OverlapPanel {
  /** Says what differs between the panels, for example `'σ = 1.50'`. */
  readonly title: string;
  /** Rows i of columns j, `[rows][columns]`, in [0, 1]; NaN leaves a hole. */
  readonly matrix: readonly ArrayLike<number>[];
}

/** What `overlapHeatmap` shows. */
export interface OverlapHeatmapOptions extends FigureText {
  /** Row by row, at least one. */
  readonly panels: readonly OverlapPanel[];
  /** Title of the columns' axis. */
  readonly xTitle: string;
  /** Title of the rows' axis. */
  readonly yTitle: string;
  /** What row i is on hover (default `'singular vector'`). */
  readonly rowName?: string;
  /** What column j is on hover (default `'component'`). */
  readonly columnName?: string;
  /** What the colour means (default `'|⟨u<sub>i</sub>, v<sub>j</sub>⟩|'`). */
  readonly colourTitle?: string;
  /** Panels in a row (default: all up to 4, two rows of more). */
  readonly columns?: number;
  /** Most width of the whole figure, layout pixels (default 940). */
  readonly maxWidth?: number;
}

// White to dark blue with even steps of lightness: also reads in grey.
const SCALE: readonly (readonly [number, string])[] = [
  [0, '#ffffff'], [0.25, '#c6dbef'], [0.5, '#6baed6'], [0.75, '#2171b5'], [1, '#08306b'],
];
const MARGIN = {left: 66, right: 96, bottom: 56, gapX: 34, gapY: 86};

function checkPanel({title, matrix}: OverlapPanel): void {
  const width = matrix[0]?.length ?? 0;
  if (width === 0 || matrix.some((row) => row.length !== width)) {
    throw new RangeError(`overlapHeatmap: expected the matrix of panel "${title}" to have rows ` +
        `of one length > 0, got lengths [${[...new Set(matrix.map((row) => row.length))]}]`);
  }
}

/**
 * Heat maps side by side, colours from 0 to 1. Values are stored to 3 decimals: 100 vectors take
 * about 60 kB a panel. Of the paper's figure 4.
 * @param options the matrices, the axes and the title.
 * @returns plain JSON of one heat map a panel.
 * @throws RangeError naming the panel whose rows differ in length, or when there is none.
 * @example
 * const [cos, sin] = [Math.cos(0.1), Math.sin(0.1)];
 * const figure = hg.overlapHeatmap({
 *   title: 'Two directions, turned by 0.1 radians',
 *   panels: [{title: 'σ = 1.50', matrix: [[cos, sin], [sin, cos]]}],
 *   xTitle: 'principal component v<sub>j</sub>', yTitle: 'singular vector u<sub>i</sub>',
 * });
 * console.log(figure.data.map((trace) => 'z' in trace && trace.z[0])); // [ [ 0.995, 0.1 ] ]
 */
export function overlapHeatmap({
  title, subtitle, panels, xTitle, yTitle, rowName = 'singular vector', columnName = 'component',
  colourTitle = '|⟨u<sub>i</sub>, v<sub>j</sub>⟩|',
  columns = panels.length <= 4 ? panels.length : Math.min(4, Math.ceil(panels.length / 2)),
  maxWidth = 940,
}: OverlapHeatmapOptions): PlotlyFigure {
  if (panels.length === 0) {
    throw new RangeError('overlapHeatmap: expected at least one panel, got none');
  }
  panels.forEach(checkPanel);
  const room = maxWidth - MARGIN.left - MARGIN.right - (columns - 1) * MARGIN.gapX;
  const side = Math.min(360, Math.floor(room / columns));
  const place = placePanels(panels.length, {
    columns, width: side, height: side, gapX: MARGIN.gapX, gapY: MARGIN.gapY,
  });
  const fullWidth = Math.max(place.plotWidth + MARGIN.left + MARGIN.right, 520);
  const heading = titleBlock({title, ...(subtitle !== undefined && {subtitle})}, fullWidth);
  const size = figureSize(place, {
    t: heading.height + 40, r: fullWidth - place.plotWidth - MARGIN.left, b: MARGIN.bottom,
    l: MARGIN.left,
  });
  const data = panels.map(({title: panel, matrix}, i): HeatmapTrace => ({
    type: 'heatmap', coloraxis: 'coloraxis', xaxis: place.panels[i]!.xId,
    yaxis: place.panels[i]!.yId, x0: 1, y0: 1, meta: {kind: 'matrix', panel},
    z: matrix.map((row) => Array.from(row, (value) =>
        Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null)),
    hovertemplate: `<b>${panel}</b><br>${rowName} %{y} · ${columnName} %{x}: %{z:.2f}<extra></extra>`,
  }));
  const axes: Record<string, Axis> = {};
  panels.forEach(({matrix}, i) => {
    const {xId, yId, xKey, yKey, xDomain, yDomain, column} = place.panels[i]!;
    const bottom = i + columns >= panels.length;
    const shared: Axis = {...baseAxis(), showgrid: false, mirror: true, nticks: 6};
    axes[xKey] = {
      ...shared, ...baseAxisTitle(bottom ? xTitle : undefined), domain: xDomain, anchor: yId,
      range: [0.5, matrix[0]!.length + 0.5],
    };
    axes[yKey] = {
      ...shared, ...baseAxisTitle(column === 0 ? yTitle : undefined), domain: yDomain, anchor: xId,
      range: [matrix.length + 0.5, 0.5], showticklabels: column === 0,
    };
  });
  const layout: PlotlyLayout = {
    ...baseLayout(size.width, size.height), title: heading.title, margin: size.margin,
    hovermode: 'closest', showlegend: false,
    annotations: panels.map(({title: panel}, i) => panelTitle(panel, place.panels[i]!, 5)),
    coloraxis: {
      cmin: 0, cmax: 1, colorscale: SCALE,
      colorbar: {
        title: {text: colourTitle, side: 'right', font: {size: FONT_SIZE.axis}}, thickness: 14,
        len: side + 20, lenmode: 'pixels',    // Plotly's padding of 10 at both ends included
        x: 1 + 10 / place.plotWidth, xpad: 4, y: 1 + 10 / place.plotHeight,
        yanchor: 'top', outlinewidth: 0,
        tickvals: [0, 0.25, 0.5, 0.75, 1],
      },
    },
    ...axes,
  };
  return {data, layout};
}

const baseAxisTitle = (text: string | undefined): Axis =>
    text === undefined ? {} : {title: {text, font: {size: FONT_SIZE.axis}, standoff: 6}};
