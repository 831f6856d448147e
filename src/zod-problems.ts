/** What zod found wrong with a record, for messages. */
import type {z} from 'zod';
import {printable} from './quoted';

const [MAX_PROBLEMS, MAX_CHARACTERS] = [20, 2000];

/**
 * The problems in one line, each with the field that has it: `width: expected …; steps: …`. Of more
 * than 20, or of long ones, the first.
 */
export function zodProblems({issues}: z.ZodError): string {
  const rest = issues.length - MAX_PROBLEMS;
  const text = issues.slice(0, MAX_PROBLEMS).map(problemOf).join('; ');
  return printable(text, MAX_CHARACTERS) + (rest > 0 ? ` and ${rest} more` : '');
}

function problemOf({path, message}: z.core.$ZodIssue): string {
  const words = message.replace(/^Invalid (input|number): /, '').replaceAll('\n', ' ');
  const field = path.map((part) => typeof part === 'number' ? `[${part}]` : `.${String(part)}`)
      .join('').replace(/^\./, '');
  return field === '' ? words : `${field}: ${words}`;
}
