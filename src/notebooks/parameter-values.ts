/** Values for a notebook's parameters: from words of a shell, and as TypeScript. */
import type {Parameter, ParameterType, ParameterValue} from './parameters-cell';

/** Values by parameter. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A list of parameters for people: name, type, meaning. */
export function describeParameters(parameters: readonly Parameter[]): string {
  const heads = parameters.map(({name, type, value}) =>
    `  ${name}: ${type}${value === undefined ? '' : ` = ${valueCode(value)}`}`);
  const width = Math.max(...heads.map(({length}) => length));
  return parameters.map(({comment}, i) => `${heads[i]!.padEnd(width)}  ${comment}`.trimEnd())
      .join('\n');
}

/**
 * Values out of words like `N=64,512` and `SEED=1`.
 * @param where for messages: the notebook.
 * @throws RangeError for a name that the notebook does not have, listing those it has, for a value
 *     of another type, and for a name given twice.
 */
export function parameterValues(
    where: string, parameters: readonly Parameter[], words: readonly string[]): ParameterValues {
  const values: Record<string, ParameterValue> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const name = at < 0 ? word : word.slice(0, at);
    const parameter = parameters.find((known) => known.name === name);
    if (at < 0 || parameter === undefined) {
      throw new RangeError(`${where}: ` + (at < 0 ? `expected NAME=VALUE, got ${word}` :
        `there is no parameter ${name}`) + `; the parameters are\n${describeParameters(parameters)}`);
    }
    if (Object.hasOwn(values, name)) throw new RangeError(`${where}: ${name} is given twice`);
    values[name] = valueOf(where, parameter, word.slice(at + 1));
  }
  return values;
}

const TYPE_WORDS: Readonly<Record<ParameterType, string>> = {
  string: 'a text', number: 'a number', boolean: 'true or false',
  'string[]': 'texts with commas between', 'number[]': 'numbers with commas between',
};

function valueOf(where: string, {name, type, comment}: Parameter, text: string): ParameterValue {
  const parts = type.endsWith('[]') ? text.split(',').map((part) => part.trim()) : [text.trim()];
  const values = parts.map((part): string | number | boolean | undefined => {
    if (part === '') return undefined;
    if (type.startsWith('number')) return Number.isFinite(Number(part)) ? Number(part) : undefined;
    if (type === 'boolean') return {true: true, false: false}[part];
    return part;
  });
  if (values.includes(undefined)) {
    throw new RangeError(`${where}: expected ${name} to be ${TYPE_WORDS[type]}, got ` +
        `${JSON.stringify(text)} (${name}: ${comment})`);
  }
  return type.endsWith('[]') ? values as ParameterValue : values[0]!;
}

/** A value as TypeScript: `'smoke'`, `[64, 512]`. */
export function valueCode(value: ParameterValue): string {
  if (typeof value === 'string') {
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll('\'', '\\\'')}'`;
  }
  return Array.isArray(value) ?
    `[${(value as readonly ParameterValue[]).map(valueCode).join(', ')}]` : String(value);
}

/** The values that differ from what the parameters cell says already. */
export const valuesThatDiffer = (
    parameters: readonly Parameter[], values: ParameterValues): ParameterValues =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => {
    const before = parameters.find((parameter) => parameter.name === name)?.value;
    return before === undefined || valueCode(before) !== valueCode(value);
  }));
