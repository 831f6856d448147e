/**
 * An executed notebook as the site reads it (nbformat 4).
 * https://nbformat.readthedocs.io/en/latest/format_description.html
 */
import {existsSync, readFileSync} from 'node:fs';
import {z} from 'zod';
import {PLOTLY_MIME} from '../figures/show';
import type {PlotlyFigure} from '../figures/types';
import {figuresShownBy} from '../notebooks/notebook-file';
import {zodProblems} from '../zod-problems';

const text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]);
const size = z.number().positive();
const figure = z.looseObject({
  data: z.array(z.looseObject({})), layout: z.looseObject({width: size, height: size}),
}).transform((value) => value as unknown as PlotlyFigure);
const bundle = z.object({
  [PLOTLY_MIME]: figure.optional(), 'image/png': text.optional(), 'text/html': text.optional(),
  'text/plain': text.optional(),
});
const output = z.discriminatedUnion('output_type', [
  z.object({output_type: z.enum(['display_data', 'execute_result']), data: bundle}),
  z.object({output_type: z.literal('stream'), name: z.enum(['stdout', 'stderr']), text}),
  z.object({output_type: z.literal('error'), ename: z.string(), evalue: z.string(),
    traceback: z.array(z.string())}),
]);
const cell = z.discriminatedUnion('cell_type', [
  z.object({cell_type: z.literal('markdown'), source: text}),
  z.object({cell_type: z.literal('raw'), source: text}),
  z.object({cell_type: z.literal('code'), source: text, outputs: z.array(output)}),
]);
const notebook = z.object({nbformat: z.literal(4), cells: z.array(cell)});

/** One form of a thing each, by MIME type. */
export type Bundle = z.infer<typeof bundle>;
export type NotebookOutput = z.infer<typeof output>;
export type NotebookCell = z.infer<typeof cell>;
export type CodeCell = Extract<NotebookCell, {cell_type: 'code'}>;

export interface NotebookFile {
  /** File name without extension, for example `02-emerging-linearity`. */
  readonly name: string;
  readonly cells: readonly NotebookCell[];
}

/** The Plotly figure of an output, if it is one. */
export const figureOf = (shown: NotebookOutput): PlotlyFigure | undefined =>
  'data' in shown ? shown.data[PLOTLY_MIME] : undefined;

/**
 * Reads an executed notebook.
 * @param name file name without extension.
 * @param remedy what to run when it was not executed.
 * @throws Error naming the file, and the cell whose figures are missing.
 */
export function readNotebook(file: string, name: string, remedy: string): NotebookFile {
  if (!existsSync(file)) throw new Error(`${file}: not found; run \`${remedy}\` first`);
  const parsed = notebook.safeParse(parseJson(file));
  if (!parsed.success) {
    throw new Error(`${file}: expected a notebook of format 4: ${zodProblems(parsed.error)}`);
  }
  const {cells} = parsed.data;
  const code = cells.flatMap((each, i) => each.cell_type === 'code' ? [{...each, at: i + 1}] : []);
  if (code.length > 0 && code.every(({outputs}) => outputs.length === 0)) {
    throw new Error(`${file}: expected an executed notebook, got one without outputs; ` +
        `run \`${remedy}\` first`);
  }
  for (const each of code) {
    const names = figuresShownBy(each.source);
    const figures = each.outputs.filter((shown) => figureOf(shown) !== undefined).length;
    if (figures < names.length) {
      throw new Error(`${file}: expected cell ${each.at} to hold the figures ` +
          `${names.join(', ')}, got ${figures} of them; run \`${remedy}\` first`);
    }
  }
  return {name, cells};
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`${file}: expected a notebook, got something that is no JSON`);
  }
}
