/** The progress of a run as other processes see it: `progress.json` in its folder, while it runs. */
import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import * as path from 'node:path';
import {z} from 'zod';
import type {OnProgress, Progress} from '../types';
import {PROGRESS} from './run-layout';
import {partialName} from './write-file';

/** How far a process said that its run is, and who said it when. */
export interface RunProgress extends Progress {
  /** Name of the machine that computes the run. */
  readonly host: string;
  /** Its process there. */
  readonly pid: number;
  /** When it was said: ISO 8601, UTC. */
  readonly at: string;
}

const schema: z.ZodType<RunProgress> = z.object({
  label: z.string(), done: z.number(), total: z.number(), detail: z.string().optional(),
  host: z.string(), pid: z.int(), at: z.string(),
});

/** Least time between two writes, ms. */
const EVERY_MS = 1000;

const progressFile = (folder: string): string => path.join(folder, PROGRESS);

/** What the process that computes the run last said; undefined when nothing is known. */
export function readProgress(folder: string): RunProgress | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(progressFile(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Shares progress now and then. That it cannot be written never stops a computation. */
export function shareProgress(folder: string): {readonly report: OnProgress; end(): void} {
  const file = progressFile(folder);
  let last = -Infinity;
  return {
    report(progress) {
      if (performance.now() - last < EVERY_MS && progress.done < progress.total) return;
      last = performance.now();
      const shared: RunProgress = {
        ...progress, host: hostname(), pid: process.pid, at: new Date().toISOString(),
      };
      const partial = partialName(file);
      try {
        writeFileSync(partial, JSON.stringify(shared));
        renameSync(partial, file);
      } catch {
        rmSync(partial, {force: true});
      }
    },
    end: () => rmSync(file, {force: true}),
  };
}
