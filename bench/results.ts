/** What `make bench` found: bench/results.json, and the table in bench/README.md made of it. */
import {existsSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {projectPaths} from '../src/paths';
import {writeFile} from '../src/store/write-file';
import type {Origin} from './machine';
import type {Spread} from './statistics';
import {renderResults} from './table';

/** One side's numbers. */
export interface Timing {
  readonly label: string;
  /** Median, milliseconds. */
  readonly ms: number;
  /** The first call: tracing, compiling, warming up. */
  readonly firstMs: number;
  /** Peak of resident memory, MB. */
  readonly rssMB: number;
  /** From the check's reference; what it means is in the row's `check`. */
  readonly deviation?: number;
}

export interface PeerTiming extends Timing {
  /** Peer / ours, over pairs. */
  readonly ratio: Spread;
  /** Why it cannot be the best peer, if so. */
  readonly excluded?: string;
}

/** Ours against the best of a group of peers. */
export interface Comparison {
  /** The group: `'PyTorch'`. */
  readonly against: string;
  /** The name of the fastest peer of the group. */
  readonly best: string;
  readonly ratio: Spread;
  readonly target?: number;
  readonly aim?: number;
}

export interface PairedResult {
  readonly kind: 'paired';
  readonly id: string;
  readonly title: string;
  readonly pairs: number;
  readonly ours: Timing;
  readonly peers: Readonly<Record<string, PeerTiming>>;
  readonly comparisons: readonly Comparison[];
  /** Counted FLOPs over time and peak; null where nothing is counted. */
  readonly share: number | null;
  /** What was compared before timing, and how well it agreed. */
  readonly check: string;
  readonly notes: readonly string[];
  readonly origin: Origin;
}

/** Numbers without a peer: memory, start, the peak. */
export interface PlainResult {
  readonly kind: 'plain';
  readonly id: string;
  readonly title: string;
  /** What to print, in order: `['growth', '12 MB']`. */
  readonly values: ReadonlyArray<readonly [name: string, value: string]>;
  /** The same for programs. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly target?: string;
  readonly reached?: boolean;
  readonly origin: Origin;
}

export type Result = PairedResult | PlainResult;

export interface ResultsFile {
  readonly format: 1;
  readonly results: readonly Result[];
}

const START = '<!-- results: written by make bench -->';
const END = '<!-- end of results -->';

const resultsFile = (): string => path.join(projectPaths().root, 'bench', 'results.json');
export const readmeFile = (): string => path.join(projectPaths().root, 'bench', 'README.md');

/** All results so far; none when the file is not there. */
export function readResults(file = resultsFile()): readonly Result[] {
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as ResultsFile).results;
}

/** New results take the place of older ones of the same id; `order` lists all ids. */
export function mergeResults(
    old: readonly Result[], fresh: readonly Result[], order: readonly string[]): Result[] {
  const byId = new Map([...old, ...fresh].map((result) => [result.id, result]));
  const known = order.flatMap((id) => byId.get(id) ?? []);
  return known; // results of cases that are gone go with them
}

/** Text with the results' table between the marks replaced. @throws Error without the marks. */
export function withResults(text: string, results: readonly Result[]): string {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) {
    throw new Error(`bench/README.md: expected the marks ${START} and ${END}, got none; ` +
        'put them back where the table belongs');
  }
  return `${text.slice(0, start)}${START}\n\n${renderResults(results)}\n\n${text.slice(end)}`;
}

/** Writes results.json and the README's table. */
export function writeResults(results: readonly Result[]): void {
  const content: ResultsFile = {format: 1, results};
  writeFile(resultsFile(), `${JSON.stringify(content, null, 1)}\n`);
  writeFile(readmeFile(), withResults(readFileSync(readmeFile(), 'utf8'), results));
}
