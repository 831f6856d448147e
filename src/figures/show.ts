/** Shows a figure in a notebook and files it under `figures/`. */
import type {DataFrame} from 'danfojs-node';
import sharp from 'sharp';
import {figureAltText} from './alt-text';
import {sendBundle} from './display-bundle';
import type {DisplayTarget} from './display-bundle';
import type {FigureExporter} from './export';
import type {PlotlyFigure} from './types';

/** MIME type of a Plotly figure in Jupyter. */
export const PLOTLY_MIME = 'application/vnd.plotly.v1+json';

/** How a figure is shown and filed. */
export interface ShowFigureOptions {
  /** File name of the figure, without extension: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Draws and files the figure. */
  readonly exporter: FigureExporter;
  /** Numbers for the CSV (default: those that the figure shows). */
  readonly table?: DataFrame;
  /** tslab's `display`, for a kernel whose bundles cannot be reached; it gets the PNG (default:
   *  the kernel that runs). */
  readonly display?: DisplayTarget;
}

/**
 * Exports a figure and sends it to the cell as one bundle: the interactive Plotly figure, its PNG
 * (what GitHub shows), and its description as text.
 * Returns nothing, because a notebook prints what the last line of a cell returns.
 * @param figure of any kind of this library.
 * @param options its file name, and what draws it.
 * @throws Error outside of a notebook, unless a `display` is given; the files are written first.
 * @example
 * const exporter = hg.createFigureExporter({dir: 'figures'});
 * const points = [{label: 'N = 64', x: 0.1, y: 0.8}, {label: 'N = 256', x: 0.2, y: 0.9}];
 * const figure = hg.scatterFigure({title: 'Both rise', points, xTitle: 'GL', yTitle: 'LS'});
 * // In a notebook, leave `display` out.
 * const display = {raw: (type: string) => console.log(type)}; // image/png
 * await hg.showFigure(figure, {name: '02-linearity', exporter, display});
 * await exporter.close();
 */
export async function showFigure(
    figure: PlotlyFigure, {name, exporter, table, display}: ShowFigureOptions,
): Promise<void> {
  const files = await exporter.export(name, figure, table);
  const picture = await inlinePicture(figure, files.pngBytes);
  const {width, height} = figure.layout;
  sendBundle({
    [PLOTLY_MIME]: {...figure, config: {displaylogo: false}},
    'image/png': picture.toString('base64'),
    'text/plain': `Figure: ${figureAltText(figure)}`,
  }, {
    ...(display && {display}), preferred: 'image/png',
    metadata: {'image/png': {width, height}},
  });
}

/**
 * The picture as a notebook carries it: graphs with 256 colours, half the size for a difference
 * of about a thousandth; images without loss.
 */
async function inlinePicture(figure: PlotlyFigure, png: Buffer): Promise<Buffer> {
  return figure.data.some(({type}) => type === 'image') ? png :
    sharp(png).png({palette: true, colours: 256, quality: 100, dither: 0}).toBuffer();
}
