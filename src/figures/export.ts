/**
 * Writes figures to a folder in four forms: PNG (double density), SVG, Plotly JSON and the CSV of
 * their numbers. Of a figure with a slider, the pictures show the state that it begins with, JSON
 * and CSV hold all. Each file is complete or absent: it is written under another name and renamed.
 */
import {mkdirSync} from 'node:fs';
import * as path from 'node:path';
import type {DataFrame} from 'danfojs-node';
import {writeFile} from '../store/write-file';
import {createTable} from '../tables/create-table';
import {tableToCsv} from '../tables/table-to-csv';
import {figureRows} from './figure-rows';
import {createKaleido} from './kaleido';
import type {KaleidoOptions} from './kaleido';
import {drawnState, renderPng} from './render-png';
import type {PlotlyFigure} from './types';

/** Where figures go, and what draws them. */
export interface FigureExporterOptions extends KaleidoOptions {
  /** Folder of the files; made if it does not exist. */
  readonly dir: string;
  /** Pixels of the PNG per layout pixel (default 2). */
  readonly scale?: number;
}

/** The files of one figure, and its picture. */
export interface ExportedFigure {
  /** Path of the PNG. */
  readonly png: string;
  /** Path of the SVG. */
  readonly svg: string;
  /** Path of the Plotly figure, JSON. */
  readonly json: string;
  /** Path of the numbers, CSV. */
  readonly csv: string;
  /** Contents of the PNG file. */
  readonly pngBytes: Buffer;
}

/** Writes figures to one folder. */
export interface FigureExporter {
  /** Folder of the files. */
  readonly dir: string;
  /**
   * Writes `<dir>/<name>.png`, `.svg`, `.json` and `.csv`.
   * @param name lower-case letters, digits and hyphens.
   * @param figure of any kind of this library, or other Plotly JSON of these traces.
   * @param table numbers for the CSV (default: those that the figure shows).
   * @throws RangeError if the name is not such a name; Error if the picture fails.
   */
  export(name: string, figure: PlotlyFigure, table?: DataFrame): Promise<ExportedFigure>;
  /** Ends the process that draws. */
  close(): Promise<void>;
}

/** Same figure, same bytes: Plotly puts random ids into an SVG; these are named in order. */
function withStableIds(svg: string): string {
  const uid = /id="(?:defs|topdefs)-([0-9a-f]+)"/.exec(svg)?.[1];
  return uid === undefined ? svg : svg.replaceAll(uid, 'figure');
}

/**
 * Makes an exporter; close it when the last figure is written. It draws with the browser of the
 * Python package kaleido, which the set-up installs.
 * @param options `dir` is made when the first figure is written; `scale` is that of the PNG.
 * @example
 * const figure = hg.lineFigure({
 *   title: 'Twice as much', series: [{name: '2 x', x: [1, 2], y: [2, 4]}], xTitle: 'x',
 * });
 * const exporter = hg.createFigureExporter({dir: 'figures'});
 * const {png, csv, pngBytes} = await exporter.export('01-twice', figure);
 * await exporter.close();
 * console.log(png, csv); // figures/01-twice.png figures/01-twice.csv
 * console.log(pngBytes.length > 10_000); // true
 */
export function createFigureExporter(
    {dir, scale = 2, ...kaleidoOptions}: FigureExporterOptions): FigureExporter {
  const kaleido = createKaleido(kaleidoOptions);
  const exportFigure = async (
      name: string, figure: PlotlyFigure, table?: DataFrame): Promise<ExportedFigure> => {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
      throw new RangeError('createFigureExporter: expected a figure name of lower-case letters, ' +
          `digits and hyphens, got ${JSON.stringify(name)}`);
    }
    const pngBytes = await renderPng(kaleido, figure, scale);
    const svg = withStableIds(
        (await kaleido.render(drawnState(figure), {format: 'svg'})).toString('utf8'));
    const csv = tableToCsv(table ?? createTable(figureRows(figure)));
    mkdirSync(dir, {recursive: true});
    const base = path.join(dir, name);
    const files = {
      png: `${base}.png`, svg: `${base}.svg`, json: `${base}.json`, csv: `${base}.csv`,
    };
    writeFile(files.png, pngBytes);
    writeFile(files.svg, svg);
    writeFile(files.json, `${JSON.stringify(figure)}\n`);
    writeFile(files.csv, csv);
    return {...files, pngBytes};
  };
  return {dir, export: exportFigure, close: () => kaleido.close()};
}
