/**
 * The parameters of a notebook: a cell tagged `parameters` (papermill's convention) that declares
 * them, one a line, each with its meaning:
 *
 *     let N: number[] | undefined;  // numbers of training images (default: the profile's)
 */
import type {Notebook, NotebookCell} from './notebook-file';
import {hasTag, sourceOf} from './notebook-file';

/** The kinds of values that parameters have. */
export const PARAMETER_TYPES = ['string', 'number', 'boolean', 'string[]', 'number[]'] as const;
export type ParameterType = typeof PARAMETER_TYPES[number];
export type ParameterValue = string | number | boolean | readonly string[] | readonly number[];

/** A parameter as its notebook declares it. */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Undefined: chosen by the notebook, in most cases by its profile. */
  readonly value: ParameterValue | undefined;
  /** Meaning and default, as the notebook's comment says. */
  readonly comment: string;
}

const TAG = 'parameters';
const LINE = /^let\s+(\w+)\s*(?::\s*([\w[\]]+)(?:\s*\|\s*undefined)?)?\s*(?:=\s*(.+?))?\s*;\s*(?:\/\/\s*(.*))?$/;

/** The parameters cell of a notebook, when it has one, and where. */
export function parametersCell({cells}: Notebook): {cell: NotebookCell; at: number} | undefined {
  const at = cells.findIndex((cell) => hasTag(cell, TAG));
  return at < 0 ? undefined : {cell: cells[at]!, at};
}

/**
 * The parameters of a notebook.
 * @param name of the notebook, for messages.
 * @throws Error when it has no parameters cell, or naming the line of it that cannot be read.
 */
export function parametersOf(name: string, notebook: Notebook): Parameter[] {
  const found = parametersCell(notebook);
  if (found === undefined) {
    throw new Error(`${name}: expected a cell with the tag \`${TAG}\`, found none; add one with ` +
        'lines like `let SEED: number | undefined;  // seed (default: the profile\'s)`');
  }
  return sourceOf(found.cell).split('\n').map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('//'))
      .map((line) => parameterOf(name, line));
}

function parameterOf(where: string, line: string): Parameter {
  const [, name, declared, literal, comment = ''] = LINE.exec(line) ?? [];
  const value = literal === undefined || literal === 'undefined' ? undefined : literalOf(literal);
  const type = declared ?? (value === null || value === undefined ? undefined : typeName(value));
  if (name === undefined || value === null || !isParameterType(type)) {
    throw new Error(`${where}: cannot read ${JSON.stringify(line)} of its parameters cell; ` +
        `expected a line like \`let NAME: type = value;  // meaning\` with one of the types ` +
        `${PARAMETER_TYPES.join(', ')} and a plain value`);
  }
  return {name, type, value, comment};
}

const isParameterType = (type: string | undefined): type is ParameterType =>
    PARAMETER_TYPES.some((known) => known === type);

const typeName = (value: ParameterValue): string =>
    Array.isArray(value) ? `${typeof value[0]}[]` : typeof value;

/** The value of plain TypeScript: a text, number, truth value or list of them; null: none of them. */
function literalOf(literal: string): ParameterValue | null {
  const json = literal.replaceAll(/'((?:[^'\\]|\\.)*)'/g, (_, text: string) =>
    JSON.stringify(text.replaceAll(/\\(.)/g, '$1')));
  try {
    return JSON.parse(json) as ParameterValue;
  } catch {
    return null;
  }
}
