/** Where a result comes from: enough to repeat it, and to doubt it. */
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {availableParallelism, cpus} from 'node:os';
import * as path from 'node:path';
import {isInstalledPackage, projectPaths} from '../paths';
import type {Json} from './canonical';

/** What computed a result, beside the processor. */
export interface ComputeDevice {
  /** For example `CPU`, or the name of the GPU. */
  readonly device: string;
  /** Version of TensorFlow's library. */
  readonly tensorflow: string;
  /** Threads that one operation may use. */
  readonly threads: number;
  /** Whether oneDNN's operations are used: `default` is TensorFlow's choice by the processor. */
  readonly oneDnn: 'on' | 'off' | 'default';
}

/** Code, machine and time behind a result. */
export interface Provenance extends Partial<Omit<ComputeDevice, 'threads'>> {
  /** Version of this package. */
  readonly version: string;
  /** Commit of its checkout; null where there is none. */
  readonly commit: string | null;
  /** Version of Node.js. */
  readonly node: string;
  /** For example `linux x64`. */
  readonly platform: string;
  /** Name of the processor. */
  readonly processor: string;
  /** Those of TensorFlow, or the machine's where TensorFlow was not used. */
  readonly threads: number;
  /** ISO 8601, UTC: of the attempt that finished the run. */
  readonly started: string;
  /** What that attempt took, in s. */
  readonly seconds: number;
  /** Largest resident memory of the process so far, MiB. */
  readonly peakMemoryMiB: number;
  /** How often the run was begun, the last time included. */
  readonly attempts?: number;
  /** Ids of the runs that it is built on. */
  readonly parents?: readonly string[];
  /** What the computation itself noted: nothing that decides the result. */
  readonly notes?: {readonly [key: string]: Json};
}

/** What the store knows of a computation beside the machine. */
export type ProvenanceDetails =
  Pick<Provenance, 'attempts' | 'parents' | 'notes'> & Partial<ComputeDevice>;

/** The provenance of a computation that began at `started` and ends now. */
export function provenance(started: Date, details: ProvenanceDetails = {}): Provenance {
  return {
    version: packageVersion(),
    commit: commit(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    threads: availableParallelism(),
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    ...details,
  };
}

function packageVersion(): string {
  const text = readFileSync(path.join(projectPaths().root, 'package.json'), 'utf8');
  return (JSON.parse(text) as {version: string}).version;
}

function commit(): string | null {
  if (isInstalledPackage()) return null; // a repository above it is the user's own
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'],
        {cwd: projectPaths().root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim();
  } catch {
    return null;
  }
}
