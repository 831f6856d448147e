/**
 * A grid of images as one figure: samples by N, trajectories over sigma, samples with their
 * nearest training images. All images travel as one PNG, drawn pixel by pixel without smoothing;
 * an unseen marker on each image carries its hover text.
 */
import type {ImageShape} from '../types';
import {pngDataUri} from './encode-images';
import {imageMosaic} from './image-mosaic';
import type {ImageGridRow, Mosaic} from './image-mosaic';
import {blockWidth} from './text-layout';
import {FONT_SIZE, INK, MUTED, baseLayout, titleBlock} from './theme';
import type {FigureText} from './theme';
import type {Axis, PlotlyFigure, ScatterTrace} from './types';

/** What an image grid shows. */
export interface ImageGridOptions extends FigureText {
  /** From top to bottom, at least one. */
  readonly rows: readonly ImageGridRow[];
  /** `[H, W, C]` of every image, C = 1 or 3. */
  readonly imageShape: ImageShape;
  /** A label above each column, such as the sigmas of a trajectory (default none). */
  readonly columnLabels?: readonly string[];
  /** Says what the column labels are, such as `'σ'` (default none). */
  readonly columnTitle?: string;
  /** Most width of the whole figure, layout pixels; images keep whole pixels (default 940). */
  readonly maxWidth?: number;
  /** Most width of one image, layout pixels (default 112). */
  readonly maxImageWidth?: number;
}

const SIDE = 18;
const MIN_WIDTH = 520;

/** Screen pixels an image pixel takes: whole, or a half where the grid would be too wide. */
function pixelScale(rasterWidth: number, space: number, imageWidth: number, most: number): number {
  const scale = Math.floor(Math.min(space / rasterWidth, most / imageWidth));
  return scale >= 1 ? scale : 0.5;
}

/**
 * Draws rows of images, such as samples above their nearest training images.
 * @param options the rows of images, their labels and the title.
 * @returns plain JSON of one picture and one layer of hover texts, at least 520 layout pixels wide.
 * @throws RangeError naming the row or label list that does not fit `imageShape` or the rows, or
 *     for a NaN, naming the row and the image.
 * @example
 * const figure = hg.imageGrid({
 *   title: 'A dark and a bright image of 8×8 pixels', imageShape: [8, 8, 1],
 *   rows: [{label: 'both', images: new Float32Array(128).fill(-1, 0, 64), hover: ['a', 'b']}],
 *   columnLabels: ['dark', 'bright'],
 * });
 * console.log(figure.data.map(({type}) => type).join(', ')); // image, scatter
 */
export function imageGrid({
  title, subtitle, rows, imageShape, columnLabels, columnTitle, maxWidth = 940,
  maxImageWidth = 112,
}: ImageGridOptions): PlotlyFigure {
  const [H, W] = imageShape;
  const gap = Math.max(1, Math.round(W / 16));
  const gaps = {column: gap, row: gap, group: Math.max(4, Math.round(H / 3))};
  const mosaic = imageMosaic(rows, imageShape, gaps, 'imageGrid');
  if (columnLabels !== undefined && columnLabels.length !== mosaic.columns) {
    throw new RangeError(`imageGrid: expected \`columnLabels\` to hold ${mosaic.columns} labels, ` +
        `one a column, got ${columnLabels.length}`);
  }
  const {raster} = mosaic;
  const labelWidth = Math.max(...rows.map(({label}) => blockWidth(label, FONT_SIZE.legend)));
  const left = Math.ceil(labelWidth) + SIDE + 10;
  const scale = pixelScale(raster.width, maxWidth - left - SIDE, W, maxImageWidth);
  const columns = columnAxis(columnLabels, columnTitle, mosaic.xCentres, (W + gap) * scale);
  const plotWidth = raster.width * scale;
  const width = Math.max(left + plotWidth + SIDE, MIN_WIDTH);
  const heading = titleBlock({title, ...(subtitle !== undefined && {subtitle})}, width);
  const top = heading.height + 10 + columns.height;
  const plain: Axis = {
    showgrid: false, zeroline: false, showline: false, ticks: '', fixedrange: false,
  };
  return {
    data: [
      {type: 'image', source: pngDataUri(raster), zsmooth: false, hoverinfo: 'skip',
        meta: {kind: 'decoration'}},
      hoverPoints(rows, columnLabels, mosaic, W * scale),
    ],
    layout: {
      ...baseLayout(width, top + raster.height * scale + SIDE), title: heading.title,
      margin: {t: top, r: width - left - plotWidth, b: SIDE, l: left, autoexpand: false},
      showlegend: false, hovermode: 'closest',
      hoverdistance: Math.ceil(Math.max(H, W) * scale / 2),
      xaxis: {...plain, ...columns.axis, range: [-0.5, raster.width - 0.5]},
      yaxis: {
        ...plain, range: [raster.height - 0.5, -0.5], tickmode: 'array', tickvals: mosaic.yCentres,
        ticktext: rows.map(({label}) => label), ticklabelstandoff: 7,
        tickfont: {size: FONT_SIZE.legend, color: INK},
      },
    },
  };
}

/** The axis above the grid, and its height: labels lie flat where they fit, else they lean. */
function columnAxis(
    labels: readonly string[] | undefined, title: string | undefined,
    centres: readonly number[], pitch: number): {axis: Axis; height: number} {
  const titleHeight = title === undefined ? 0 : 22;
  const heading: Axis = {
    side: 'top',
    ...(title !== undefined && {
      title: {text: title, font: {size: FONT_SIZE.subtitle, color: MUTED}, standoff: 6},
    }),
  };
  if (labels === undefined) {
    return {axis: {...heading, showticklabels: false}, height: titleHeight};
  }
  const size = FONT_SIZE.tick;
  const widest = Math.max(...labels.map((label) => blockWidth(label, size)));
  const lines = Math.max(...labels.map((label) => label.split('<br>').length));
  const flat = widest <= pitch - 4;
  return {
    axis: {
      ...heading, tickmode: 'array', tickvals: centres, ticktext: labels, ticklabelstandoff: 2,
      tickangle: flat ? 0 : -45, tickfont: {size, color: INK},
    },
    height: titleHeight + 6 + Math.ceil(flat ? lines * size * 1.3 : (widest + size) * 0.72),
  };
}

/** An unseen marker at each image, so that the pointer finds its text. */
function hoverPoints(
    rows: readonly ImageGridRow[], columnLabels: readonly string[] | undefined,
    {counts, xCentres, yCentres}: Mosaic, size: number): ScatterTrace {
  const cells = rows.flatMap(({label, hover}, r) => Array.from({length: counts[r]!}, (_, n) => ({
    x: xCentres[n]!, y: yCentres[r]!,
    text: [label.replaceAll('<br>', ' '), columnLabels?.[n] ?? `image ${n + 1}`, hover?.[n] ?? ''],
  })));
  return {
    type: 'scatter', mode: 'markers', meta: {kind: 'cells'}, showlegend: false,
    x: cells.map(({x}) => x), y: cells.map(({y}) => y),
    marker: {size: Math.max(6, size * 0.9), opacity: 0, symbol: 'square', color: '#000000'},
    customdata: cells.map(({text}) => text),
    hovertemplate: '<b>%{customdata[0]}</b>, %{customdata[1]}<br>%{customdata[2]}<extra></extra>',
  };
}
