/** The line of the user's code that is running: for messages about single ops. */
import * as path from 'node:path';

/** tfjs and the chain of gradients put some twenty frames between an op and its caller. */
const DEPTH = 60;

/**
 * The innermost line outside packages, Node and this folder, as `file:line:column`, relative to
 * the working directory where that is shorter. About ten microseconds.
 */
export function callSite(): string {
  const {stackTraceLimit, prepareStackTrace} = Error;
  Error.stackTraceLimit = DEPTH;
  Error.prepareStackTrace = (_, frames) => frames.find(isUserCode);
  try {
    const holder: {stack?: NodeJS.CallSite | undefined} = {};
    Error.captureStackTrace(holder, callSite);
    const frame = holder.stack;
    if (frame === undefined) return 'an unknown line';
    return `${shortened(frame.getFileName()!)}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
  } finally {
    Object.assign(Error, {stackTraceLimit, prepareStackTrace});
  }
}

const kinds = new Map<string, boolean>();

function isUserCode(frame: NodeJS.CallSite): boolean {
  const file = frame.getFileName();
  if (!file) return false;
  let known = kinds.get(file);
  if (known === undefined) {
    known = !file.startsWith('node:') && !file.includes(`${path.sep}node_modules${path.sep}`) &&
        path.dirname(file) !== __dirname;
    kinds.set(file, known);
  }
  return known;
}

function shortened(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return path.isAbsolute(file) && !relative.startsWith('..') ? relative : file;
}
