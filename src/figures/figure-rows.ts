/** The numbers of a figure as plain rows, for its CSV. */
import {applyFrame} from './figure-changes';
import {plainText} from './text-layout';
import type {HeatmapTrace, PlotlyFigure, PlotlyTrace, ScatterTrace} from './types';

/** One line of the CSV; the columns depend on the kind of trace. */
export type FigureRow = Record<string, string | number | null>;

const words = (text: string | undefined): string => plainText(text ?? '');

function seriesRows({name, meta, x, y, customdata, text}: ScatterTrace): FigureRow[] {
  return x.map((value, i) => ({
    ...(meta.panel !== undefined && {panel: words(meta.panel)}),
    series: words(name), x: value, y: y[i] ?? null,
    ...(customdata && {'y low': customdata[i]![0]!, 'y high': customdata[i]![1]!}),
    ...(text && {note: words(text[i])}),
  }));
}

function pointRows({name, x, y, text, error_x, error_y, customdata}: ScatterTrace): FigureRow[] {
  const end = (value: number | null, distance: number | null | undefined): number | null =>
      value === null || distance === null || distance === undefined ? null : value + distance;
  const minus = (distance: number | null | undefined): number | null =>
      distance === null || distance === undefined ? null : -distance;
  return x.map((value, i) => ({
    ...(name !== '' && {group: words(name)}), label: words(text?.[i]),
    x: value,
    ...(error_x && {'x low': end(value, minus(error_x.arrayminus[i])),
      'x high': end(value, error_x.array[i])}),
    y: y[i]!,
    ...(error_y && {'y low': end(y[i]!, minus(error_y.arrayminus[i])),
      'y high': end(y[i]!, error_y.array[i])}),
    ...(customdata?.some(([note]) => note !== '') && {note: words(`${customdata[i]![0]}`)}),
  }));
}

function cellRows({customdata = []}: ScatterTrace): FigureRow[] {
  return customdata.map(([row, column, note]) => ({
    row: words(`${row}`), column: words(`${column}`), note: words(`${note}`),
  }));
}

function matrixRows({z, meta}: HeatmapTrace): FigureRow[] {
  return z.flatMap((row, i) => row.map((value, j) =>
      ({panel: words(meta.panel), i: i + 1, j: j + 1, value})));
}

/**
 * Every number that a figure shows, one row a point, an image or a matrix entry; traces that only
 * decorate are left out. Rows of a figure of panels name their panel, those of a figure with a
 * slider the value of its variable: all states are listed, also those that the picture hides.
 */
export function figureRows(figure: PlotlyFigure): FigureRow[] {
  const {frames = [], layout: {sliders = []}} = figure;
  if (frames.length === 0) {
    return figure.data.flatMap(traceRows);
  }
  const variable = words(sliders[0]?.currentvalue.prefix).replace(/ *= *$/, '') || 'state';
  return frames.flatMap((frame) => applyFrame(figure, frame).data.flatMap(traceRows)
      .map((row): FigureRow => ({[variable]: words(frame.name), ...row})));
}

function traceRows(trace: PlotlyTrace): FigureRow[] {
  if (trace.type === 'heatmap') {
    return matrixRows(trace);
  }
  if (trace.type === 'image') {
    return [];
  }
  switch (trace.meta.kind) {
    case 'series': return seriesRows(trace);
    case 'points': return pointRows(trace);
    case 'cells': return cellRows(trace);
    default: return [];
  }
}
