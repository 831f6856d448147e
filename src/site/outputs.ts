/** What a cell showed, as HTML. */
import {stripVTControlCharacters} from 'node:util';
import {escapeHtml} from '../pages/escape';
import {figureBlock} from '../pages/figure-block';
import {cleanTable, scrollTable} from '../pages/html-table';
import {figureOf} from './notebook-file';
import type {Bundle, NotebookOutput} from './notebook-file';

/** A picture of an output, for a file beside the page. */
export interface Picture {
  /** Its file name in the site's folder of pictures. */
  readonly file: string;
  readonly bytes: Buffer;
}

/** A figure of a page. */
export interface PageFigure {
  /** Its name, as in `figures/<name>.png`. */
  readonly name: string;
  /** Anchor in its page. */
  readonly id: string;
  /** Number of its cell, from 1. */
  readonly cell: number;
  /** What it shows, in words. */
  readonly alt: string;
  /** Address of its picture from a page. */
  readonly png: string;
  readonly width: number;
  readonly height: number;
}

export interface OutputContext {
  /** Number of the cell, from 1. */
  readonly cell: number;
  /** Names for the cell's figures, in their order. */
  readonly names: readonly string[];
  /** Further words under a figure, as HTML. */
  readonly caption: (name: string) => string;
  /** Address from a page of a picture of this file name. */
  readonly address: (file: string) => string;
}

export interface ShownOutputs {
  readonly html: string;
  readonly figures: readonly PageFigure[];
  readonly pictures: readonly Picture[];
}

/**
 * Outputs as HTML; those that are empty, as a progress bar is when it has gone, are left out. A
 * figure without picture is an error of the notebook.
 * @throws Error saying which figure has no picture.
 */
export function showOutputs(
    outputs: readonly NotebookOutput[], context: OutputContext): ShownOutputs {
  const figures: PageFigure[] = [];
  const pictures: Picture[] = [];
  const keep = (name: string, png: string): string => {
    const file = `${name}.png`;
    pictures.push({file, bytes: Buffer.from(png, 'base64')});
    return context.address(file);
  };
  const html = outputs.map((output) => {
    if (output.output_type === 'stream') return stream(output.name, output.text);
    if (output.output_type === 'error') return failure(output.traceback, output.evalue);
    const figure = figureOf(output);
    if (!figure) {
      return plainBundle(output.data, context.cell,
          (png) => keep(`cell-${context.cell}-${pictures.length + 1}`, png));
    }
    const name = context.names[figures.length] ?? `cell-${context.cell}-${figures.length + 1}`;
    const png = output.data['image/png'];
    if (png === undefined) {
      throw new Error(`expected figure ${name} to come with its picture, got none`);
    }
    const {width, height} = figure.layout;
    const alt = (output.data['text/plain'] ?? '').replace(/^Figure: /, '').trim();
    const shown: PageFigure = {
      name, id: `figure-${name}`, cell: context.cell, alt, png: keep(name, png), width, height,
    };
    figures.push(shown);
    return figureBlock(figure, {
      id: shown.id, png: shown.png, caption: context.caption(name), ...(alt !== '' && {alt}),
    });
  }).filter((part) => part !== '').join('\n');
  return {html, figures, pictures};
}

function plainBundle(
    data: Bundle, cell: number, keep: (png: string) => string): string {
  const {'text/html': html = '', 'text/plain': words = '', 'image/png': png} = data;
  if (png !== undefined) {
    return `<p><img src="${keep(png)}" alt="${escapeHtml(words)}"></p>`;
  }
  const table = cleanTable(html);
  if (table !== undefined) {
    const [, caption] = /<caption>(.*?)<\/caption>/s.exec(table) ?? [];
    const label = caption === undefined ? `Table of cell ${cell}` : unescape(caption);
    return scrollTable(table, label);
  }
  return words.trim() === '' ? '' : printed('', words);
}

/** The words of a table's caption, which is text with the entities of `cleanTable`. */
const unescape = (caption: string): string => caption.replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')
    .replaceAll('&#39;', '\'').replaceAll('&amp;', '&');

function stream(name: 'stdout' | 'stderr', text: string): string {
  if (text.trim() === '') return '';
  const label = name === 'stderr' ? '<p class="label">Printed to stderr</p>' : '';
  return label + printed(name, text);
}

const failure = (traceback: readonly string[], message: string): string =>
  `<p class="label">Ended with an error</p>${printed('error', traceback.join('\n') || message)}`;

/** Text as it was printed, without a terminal's colours; it scrolls in itself, also by keyboard. */
const printed = (kind: string, text: string): string =>
  `<pre class="output ${kind}" tabindex="0">${escapeHtml(stripVTControlCharacters(text))}</pre>`;
