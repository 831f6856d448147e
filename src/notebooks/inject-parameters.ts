/**
 * Values for a notebook's parameters in a cell of their own behind the parameters cell, tagged
 * `injected-parameters` (papermill's convention): the executed notebook shows what it was run with.
 */
import type {Notebook, NotebookCell} from './notebook-file';
import {hasTag} from './notebook-file';
import {parametersCell, parametersOf} from './parameters-cell';
import type {Parameter} from './parameters-cell';
import {valueCode, valuesThatDiffer} from './parameter-values';
import type {ParameterValues} from './parameter-values';

const TAG = 'injected-parameters';

/**
 * The notebook with these values; what an earlier execution injected is replaced. Without a value
 * that differs from the parameters cell there is no cell of injected values.
 * @param name of the notebook, for messages.
 * @throws Error when the notebook has no parameters cell, or no parameter of a name.
 */
export function injectParameters(
    name: string, notebook: Notebook, values: ParameterValues): Notebook {
  const plain = {...notebook, cells: notebook.cells.filter((cell) => !hasTag(cell, TAG))};
  const parameters = parametersOf(name, plain);
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const different = Object.entries(valuesThatDiffer(parameters, values));
  const lines = different.map(([key, value]) => {
    const parameter = known.get(key);
    if (parameter === undefined) throw new Error(`${name}: there is no parameter ${key}`);
    return `${declaration(parameter)} = ${valueCode(value)};`;
  });
  if (lines.length === 0) return plain;
  const {at} = parametersCell(plain)!;
  const source = [
    '// Given for this execution, in the place of the values above', ...lines,
  ].map((line, i, all) => i < all.length - 1 ? `${line}\n` : line);
  const cell: NotebookCell = {
    cell_type: 'code', execution_count: null, id: TAG, metadata: {tags: [TAG]}, outputs: [], source,
  };
  const cells = [...plain.cells.slice(0, at + 1), cell, ...plain.cells.slice(at + 1)];
  return {...plain, cells};
}

/** A declaration of its own: a tslab cell may declare again, and prints a last assignment. */
const declaration = ({name, type}: Parameter): string => `let ${name}: ${type}`;
