/**
 * A figure in words, for readers who do not see it: its finding and its data, then what is drawn
 * on which axes, by the names that the figure itself gives them.
 */
import {plainText} from './text-layout';
import type {Axis, HeatmapTrace, PlotlyFigure, PlotlyLayout, ScatterTrace} from './types';

const unique = (texts: readonly string[]): string[] =>
    [...new Set(texts.map((text) => plainText(text).trim()))].filter((text) => text !== '');

/** `a, b and c`; a long list names its first entries. */
function listed(texts: readonly string[], most = 12): string {
  const shown = texts.length > most ?
    [...texts.slice(0, most - 1), `${texts.length - most + 1} more`] : texts;
  return shown.length < 2 ? shown.join('') :
    `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** Texts that hold commas of their own are set apart by semicolons. */
const series = (texts: readonly string[], most?: number): string =>
    texts.some((text) => text.includes(',')) ? texts.slice(0, most).join('; ') :
      listed(texts, most);

function axisTitles(layout: PlotlyLayout, letter: 'x' | 'y'): string {
  const titles = Object.entries(layout)
      .filter(([key]) => new RegExp(`^${letter}axis\\d*$`).test(key))
      .map(([, axis]) => (axis as Axis).title?.text ?? '');
  return series(unique(titles));
}

function axesInWords(layout: PlotlyLayout): string {
  const [x, y] = [axisTitles(layout, 'x'), axisTitles(layout, 'y')];
  return [x && `; horizontal axis: ${x}`, y && `; vertical axis: ${y}`].filter(Boolean).join('');
}

function panelsInWords(panels: readonly (string | undefined)[]): string {
  const names = unique(panels.map((panel) => panel ?? ''));
  return names.length < 2 ? '' : ` in ${names.length} panels (${series(names)})`;
}

/** What the traces of one kind show, in a sentence without its stop. */
function drawing({data, layout}: PlotlyFigure): string {
  const scatter = data.filter((trace): trace is ScatterTrace => trace.type === 'scatter');
  const ofKind = (kind: string): ScatterTrace[] => scatter.filter(({meta}) => meta.kind === kind);
  const [cells] = ofKind('cells');
  if (cells) {
    const rows = (cells.customdata ?? []).map(([row]) => `${row}`);
    const labels = (layout.xaxis?.ticktext ?? []).map((text) => plainText(text));
    const title = plainText(layout.xaxis?.title?.text ?? '');
    const columns = labels.length > 0 ? `; columns: ${title && `${title}: `}${series(labels)}` : '';
    return `Grid of ${rows.length} images; rows: ${series(unique(rows))}${columns}`;
  }
  const maps = data.filter((trace): trace is HeatmapTrace => trace.type === 'heatmap');
  if (maps.length > 0) {
    const panels = panelsInWords(maps.map(({meta}) => meta.panel));
    return `Heat map${maps.length > 1 ? 's' : ''}${panels}${axesInWords(layout)}`;
  }
  const lines = ofKind('series');
  if (lines.length > 0) {
    const names = unique(lines.map(({legendgroup, name = ''}) => legendgroup ?? name));
    const panels = panelsInWords(lines.map(({meta}) => meta.panel));
    return `Lines${panels}: ${series(names)}${axesInWords(layout)}`;
  }
  const labels = ofKind('points').flatMap(({text = []}) => [...text]);
  return `Points: ${series(unique(labels))}${axesInWords(layout)}`;
}

/**
 * Describes a figure: title, subtitle, kind, axes and names of series, rows and columns of a grid,
 * and what a slider chooses.
 * @param figure of any kind of this library.
 * @example
 * const figure = hg.lineFigure({
 *   title: 'LS rises', xTitle: 'N', yTitle: 'LS',
 *   series: [{name: 'width 8', x: [64, 256], y: [0.8, 0.9]}],
 * });
 * console.log(hg.figureAltText(figure));
 * // LS rises. Lines: width 8; horizontal axis: N; vertical axis: LS.
 */
export function figureAltText(figure: PlotlyFigure): string {
  const {layout} = figure;
  const heading = plainText(layout.title.text.replace('<br><span', '. <span'));
  const controls = (layout.sliders ?? []).map(({active, steps, currentvalue: {prefix}}) => {
    const variable = plainText(prefix).replace(/ *= *$/, '');
    return `A slider chooses ${variable} from ${steps[0]!.label} to ${steps.at(-1)!.label}; ` +
        `shown: ${steps[active]!.label}`;
  });
  return [heading, drawing(figure), ...controls].map((text) => `${text.replace(/[.\s]+$/, '')}.`)
      .join(' ');
}
