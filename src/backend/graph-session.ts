/** A graph that is loaded into TensorFlow, and its errors in the user's terms. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import type {HandleInfo} from './binding';
import {nodeBackend} from './binding';

/** How tfjs-node begins TensorFlow's own messages. */
const NATIVE_ERROR = /^(Session fail to run with error|Failed to load SavedModel): /;

export interface GraphSession {
  /**
   * Runs what the fetched nodes need.
   * @param feeds handles by node.
   * @returns the first output of each fetched node, owned by the caller.
   */
  run(feeds: ReadonlyMap<string, number>, fetches: readonly string[]): HandleInfo[];
  dispose(): void;
}

/**
 * Loads a SavedModel.
 * @param lines the user's line behind each node, for messages.
 * @throws Error with TensorFlow's reason and the line, here and at every `run`.
 */
export function loadSession(
    where: string, model: Uint8Array, lines: Readonly<Record<string, string>>): GraphSession {
  const {binding} = nodeBackend();
  const attempt = <T>(what: string, body: () => T): T => {
    try {
      return body();
    } catch (error) {
      const [prefix] = NATIVE_ERROR.exec((error as Error).message) ?? [];
      if (prefix === undefined) throw error;
      const message = (error as Error).message.slice(prefix.length);
      throw new Error(explain(where, what, message, lines), {cause: error});
    }
  };
  const id = attempt('load', () => inFolder(model, (folder) =>
    binding.loadSavedModel(folder, 'serve')));
  const output = (node: string): string => `${node}:0`;
  return {
    run: (feeds, fetches) => attempt('run', () => binding.runSavedModel(
        id, [...feeds.values()], [...feeds.keys()].map(output).join(), fetches.map(output).join())),
    dispose: () => binding.deleteSavedModel(id),
  };
}

/** Puts the model where TensorFlow can read it, for the time of `use`. */
function inFolder<T>(model: Uint8Array, use: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-graph-'));
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), model);
    return use(folder);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

/** TensorFlow's message with the ops it names and the lines they come from. */
function explain(
    where: string, what: string, message: string, lines: Readonly<Record<string, string>>): string {
  const ops = new Set<string>();
  for (const [name] of message.matchAll(/[A-Za-z]\w*_\d+/g)) {
    if (lines[name] !== undefined) ops.add(`${name.replace(/_\d+$/, '')} at ${lines[name]}`);
  }
  const at = ops.size === 0 ? 'an op' : [...ops].join(', ');
  if (/XLA|unsupported operations/i.test(message) && /compil/i.test(message)) {
    return `${where}: expected ops that XLA can compile, got ${at}; leave \`xla\` off. ` +
        `TensorFlow says: ${message}`;
  }
  return `${where}: expected TensorFlow to ${what} the graph, got an error in ${at}; ` +
      `TensorFlow says: ${message}`;
}
