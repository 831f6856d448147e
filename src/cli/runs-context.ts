/** What the commands of `hidden-gaussian runs` share. */
import {statSync} from 'node:fs';
import {projectPaths} from '../paths';
import {terminalProgress} from '../progress/terminal-progress';
import type {OnProgress} from '../types';
import {terminalAsk} from './confirm';
import type {Ask} from './confirm';
import {printable} from '../quoted';

/** Where a command works and what it says. Tests give their own. */
export interface RunsContext {
  /** Folder of the run store. */
  readonly root: string;
  /** Prints one line. */
  readonly print: (line: string) => void;
  /** Asks the person at the terminal; undefined when there is none. */
  readonly ask: Ask | undefined;
  /** Shows the progress of what takes long; undefined when nobody watches. */
  readonly onProgress?: OnProgress | undefined;
  /** Characters of a description at most, at a terminal (default: all of them). */
  readonly width?: number | undefined;
}

export interface StoreOption {
  /** Folder of the run store (default: the project's). */
  readonly store?: string;
}

/** Longest description at a terminal, characters; files and pipes get all of it. */
const TERMINAL_WIDTH = 60;

/** @throws Error when a store is named that is not there. */
export const runsContext = ({store}: StoreOption): RunsContext => ({
  root: store === undefined ? projectPaths().runs : existingFolder(store),
  width: process.stdout.isTTY ? TERMINAL_WIDTH : undefined,
  print: (line) => console.log(printable(line)),
  ask: terminalAsk(),
  onProgress: process.stderr.isTTY ? terminalProgress() : undefined,
});

function existingFolder(store: string): string {
  if (statSync(store, {throwIfNoEntry: false})?.isDirectory()) return store;
  throw new Error(`--store: expected the folder of a run store, there is none at ${store}`);
}

/** Prints JSON for scripts; control characters that JSON leaves alone are escaped as well. */
export function printJson({print}: RunsContext, value: unknown): void {
  const text = JSON.stringify(value, null, 2).replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu,
      (character) => character.replace(/[^]/g, (unit) =>
        `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));
  text.split('\n').forEach((line) => print(line));
}
