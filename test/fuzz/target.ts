/**
 * A fuzzing target: one parser of bytes that come from elsewhere. Each has a file in `targets/`,
 * which exports it as `target`.
 */
import {readdirSync} from 'node:fs';
import * as path from 'node:path';

/** What is mutated, and how an input for the parser is made of it. */
export interface Layer {
  readonly name: string;
  /** Small valid inputs; the parser must accept them as they are. */
  readonly seeds: readonly Uint8Array[];
  /**
   * Makes the parser's input of mutated bytes, with lengths and checksums of what lies around them
   * put right, so that the mutation is not found at the door (default: the bytes are the input).
   */
  readonly wrap?: (bytes: Uint8Array) => Uint8Array;
  /** The seeds are refused, since valid inputs are too large to make thousands of. */
  readonly refused?: boolean;
}

export interface Target {
  /** Made anew in each process, always of the same bytes. */
  layers(): Promise<readonly Layer[]> | readonly Layer[];
  /** What numbers, texts and words of an input are replaced by, besides `WORDS`. */
  readonly words?: readonly string[];
  /**
   * Parses an input and asserts (`node:assert`) what holds for everything the parser accepts.
   * @param scratch an empty folder for its files; what is left there goes away.
   * @returns the refusal, where it is not thrown.
   * @throws the parser's refusal; AssertionError when it does not keep what it promises.
   */
  parse(bytes: Uint8Array, scratch: string): Promise<Error | void> | Error | void;
  /** How each refusal begins: with the name of the file; the folder is written as `SCRATCH`. */
  readonly refusal: RegExp;
  /** Share of the usual number of inputs, for parsers that take long (default 1). */
  readonly share?: number;
}

const FOLDER = path.join(__dirname, 'targets');

/** Names of all targets. */
export const targetNames = (): string[] => readdirSync(FOLDER)
    .filter((name) => name.endsWith('.js'))
    .map((name) => path.basename(name, '.js')).sort();

/** The module of a target by its name. */
export const targetFile = (name: string): string => path.join(FOLDER, `${name}.js`);

/** Loads the module of a target. */
export const loadTarget = (file: string): Target => (require(file) as {target: Target}).target;
