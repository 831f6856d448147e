/**
 * What is wrong with an error as an answer to bad bytes. A parser refuses in its own words: one
 * line that begins with the name of the file. Words of the JavaScript engine or of Node in it mean
 * that the parser has walked into something that it did not expect.
 */
import {AssertionError} from 'node:assert';

const TYPES: ReadonlySet<unknown> = new Set([Error, RangeError, TypeError]);
/** Longer messages hide what they say. */
const MAX_LENGTH = 4000;

/** How V8 and Node begin their complaints about code that did not check something. */
const FOREIGN: readonly RegExp[] = [
  /Cannot (read|set) propert|Cannot (destructure|convert|mix|create|assign|perform|access|add) /,
  /is not (a function|iterable|defined|a constructor|an object|extensible)/, /Reduce of empty/,
  /Invalid (typed )?array (buffer )?length/i, /Invalid string length/, /Invalid count value/,
  /Array buffer allocation failed/, /out of bounds|outside the bounds/, /Maximum call stack/, /Unreachable/,
  /should be a multiple of/, /^The (value|argument|property|"[^"]*" argument) /,
  /The value of "[^"]*" is out of range/, /argument must be (of type|an instance of)/,
  /cannot be converted to a BigInt/, /maximum size exceeded/i, /\[object \w+\]/,
  /(?<!received )undefined/,  // zod's word for what is not there.
];
/** JSON.parse may be quoted, after the file's name and our own words. */
const BARE_JSON = /^(Unexpected|Expected property name|Bad control|Bad escaped|No number after)/;

/**
 * The problem with a refusal, or undefined when it is as it should be.
 * @param refusal how the message has to begin (`Target.refusal`).
 */
export function problemOf(error: unknown, refusal: RegExp, scratch: string): string | undefined {
  const problem = flaw(error, refusal, scratch);
  return problem === undefined || problem.length < 1000 ? problem : `${problem.slice(0, 1000)}…`;
}

function flaw(error: unknown, refusal: RegExp, scratch: string): string | undefined {
  if (error instanceof AssertionError) return `breaks its promise: ${error.message.split('\n')[0]}`;
  if (!(error instanceof Error)) return `throws no error: ${String(error)}`;
  const message = withoutFolder(error.message, scratch);
  const foreign = FOREIGN.find((words) => words.test(message));
  if (foreign !== undefined || BARE_JSON.test(message)) return `is not in our words: ${message}`;
  if (!TYPES.has(error.constructor)) return `throws a ${error.constructor.name}: ${message}`;
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(message)) {
    return `says it with control characters: ${JSON.stringify(message).slice(0, 400)}`;
  }
  if (!refusal.test(message)) return `does not begin with the file's name: ${message}`;
  if (/^(SCRATCH)?[^ ]*: SCRATCH/.test(message)) return `names its file twice: ${message}`;
  return message.length <= MAX_LENGTH ? undefined :
    `takes ${message.length} characters to say: ${message.slice(0, 200)}…`;
}

/** A message with its folder written as `SCRATCH`. */
export const withoutFolder = (message: string, scratch: string): string =>
    message.replaceAll(scratch, 'SCRATCH');

/** A message without what differs from input to input, for counting. */
export const kindOf = (message: string): string => message
    .replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '"…"').replace(/\((Input buffer has|Unexp).*/, '($1…)')
    .replace(/\b0x[\da-f]+/gi, 'N').replace(/-?\d[\d.]*(e[+-]?\d+)?/g, 'N')
    .replace(/N((, |x)N)+/g, 'N').slice(0, 120);
