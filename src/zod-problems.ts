/** What zod found wrong with a record, for messages. */
import {z} from 'zod';
import {printable} from './quoted';

const [MAX_PROBLEMS, MAX_CHARACTERS] = [20, 2000];

/** The problems in one line; of more than 20, or of long ones, the first. */
export function zodProblems({issues}: z.ZodError): string {
  const rest = issues.length - MAX_PROBLEMS;
  const text = z.prettifyError({issues: issues.slice(0, MAX_PROBLEMS)});
  return printable(text.replaceAll('\n', ' '), MAX_CHARACTERS) +
      (rest > 0 ? ` and ${rest} more` : '');
}
