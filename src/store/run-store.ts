/**
 * The run store: whatever costs more than seconds is computed once, under the hash of a plain
 * record of everything that decides it, and loaded when asked for again, by this process or another.
 *
 *     runs/train-1f0c…/request.json     what was asked for
 *                      result.json      values, checksums of all files, provenance: written last
 *                      result.safetensors, and files that the computation writes itself
 *                      lock/            who computes it
 *
 * A run without a `result.json` is unfinished. Files that do not match their checksums are set aside
 * in `damaged-N`, and the run is computed again from what is whole.
 */
import * as path from 'node:path';
import type {OnProgress, Progress} from '../types';
import type {Json} from './canonical';
import {findRunId} from './find-run';
import {interruptible, isInterrupted} from './interruption';
import {provenance} from './provenance';
import type {ComputeDevice, Provenance} from './provenance';
import {clearUp, reopen, runFiles, verifiedFile} from './run-folder';
import type {RunFiles} from './run-folder';
import {ARRAYS, REQUEST} from './run-layout';
import {finishedAt, lookAtRun, wholeRecord} from './run-look';
import {LOCK_TIMES, takeLock} from './run-lock';
import type {LockTimes, RunLock} from './run-lock';
import {describeOwner} from './run-owner';
import type {RunOwner} from './run-owner';
import {readProgress, shareProgress} from './run-progress';
import {readRecord, writeRecord} from './run-record';
import type {ResultRecord} from './run-record';
import {runId, runsNeededBy} from './run-request';
import type {RunRequest} from './run-request';
import {runState} from './run-state';
import type {RunState} from './run-state';
import {decodeSafetensors, encodeSafetensors} from './safetensors';
import type {NamedArray} from './safetensors';
import {makeFolder} from './write-file';

export type {RunRequest} from './run-request';
export type {RunState} from './run-state';

/** What a computation returns: arrays by name, and small values. */
export interface RunResult {
  /** Kept in `result.safetensors`. */
  readonly arrays: Readonly<Record<string, NamedArray>>;
  /** Kept in `result.json`. */
  readonly values: {readonly [key: string]: Json};
  /** What decides nothing but helps later, such as where images lay: kept in the provenance. */
  readonly notes?: {readonly [key: string]: Json};
}

/** A finished run. */
export interface StoredRun {
  /** `kind-hash`, the folder's name. */
  readonly id: string;
  /** Path of its folder. */
  readonly folder: string;
  /** By name, as the computation returned them. */
  readonly arrays: ReadonlyMap<string, NamedArray>;
  /** As the computation returned them. */
  readonly values: {readonly [key: string]: Json};
  /** Where it comes from: code, machine, time. */
  readonly provenance: Provenance;
  /** Whether it was loaded rather than computed. */
  readonly loaded: boolean;
}

/** What a computation may use of its run. */
export interface RunFolder extends RunFiles {
  /** `kind-hash`, the folder's name. */
  readonly id: string;
  /** Path of the folder. */
  readonly folder: string;
  /** Aborted by an interruption: a computation that can save what it has does so and throws. */
  readonly signal: AbortSignal;
  /**
   * To be called often. Shows the progress here and to the processes that wait for the run.
   * @throws the signal's reason after an interruption.
   */
  readonly onProgress: OnProgress;
  /** Tells the user of something that is no error. */
  readonly warn: (message: string) => void;
}

/** Runs in one folder, which any number of processes share. */
export interface RunStore {
  /** The folder. */
  readonly root: string;
  /**
   * Loads the run, or computes and stores it. While another process computes it, waits, shows the
   * other's progress and then loads it.
   * @param request everything that decides the result; its hash is the run's name.
   * @param compute called only when the run is not there. What it writes into its folder is there
   *     again when an interrupted run is begun anew.
   * @throws Error of the computation; an `AbortError` after an interruption; Error when a file
   *     cannot be written, or another process took the run over. The run is unfinished then.
   */
  run(request: RunRequest, compute: (folder: RunFolder) => Promise<RunResult> | RunResult):
      Promise<StoredRun>;
  /**
   * Loads the run if it is finished and whole; undefined otherwise.
   * @param request as for `run`.
   */
  find(request: RunRequest): StoredRun | undefined;
  /**
   * How far the run is, without reading it.
   * @param request as for `run`.
   */
  state(request: RunRequest): RunState;
  /**
   * Loads a finished run by its name, as `npx hidden-gaussian runs` lists it.
   * @param name its id, or as much of the id or of its hash, from the left, as only one run has.
   * @throws Error when no run or several runs have this name, or the run is unfinished or damaged.
   */
  named(name: string): StoredRun;
  /**
   * A file of a finished run, verified against its checksum.
   * @param run of this store.
   * @param name of the file in its folder.
   * @throws Error naming the file when it is missing or damaged.
   */
  file(run: StoredRun, name: string): Buffer;
}

/** Who is told what, and how locks are kept. */
export interface RunStoreOptions {
  /** Told about damaged files (default: a line on stderr). */
  readonly warn?: (message: string) => void;
  /** Shown while something is computed, here or by another process. */
  readonly onProgress?: OnProgress | undefined;
  /** What computes, for the provenance; asked when a run is finished. */
  readonly device?: () => ComputeDevice;
  /** How locks are kept (default `LOCK_TIMES`). */
  readonly lock?: LockTimes;
}

/**
 * Opens (or starts) the store in the folder `root`. Nothing is written before the first run.
 * @param root folder of the runs; the project's own is `projectPaths().runs`.
 * @param options who is told what, and how locks are kept; all have defaults.
 * @example
 * const store = hg.openRunStore('runs');
 * const request = {kind: 'primes', options: {below: 10}};
 * const compute = () => ({arrays: {}, values: {primes: [2, 3, 5, 7]}});
 * const first = await store.run(request, compute);
 * const again = await store.run(request, compute);
 * console.log(first.loaded, again.loaded, again.values['primes']);
 * // false true [ 2, 3, 5, 7 ]
 */
export function openRunStore(root: string, options: RunStoreOptions = {}): RunStore {
  const {warn = (message) => console.warn(message), onProgress, device, lock: times = LOCK_TIMES} =
      options;
  const folderOf = (id: string): string => path.join(root, id);

  /** Computes a run under its lock, unless another process has finished it by now. */
  async function underLock(
      request: RunRequest, id: string, lock: RunLock, signal: AbortSignal,
      compute: (folder: RunFolder) => Promise<RunResult> | RunResult): Promise<StoredRun> {
    const folder = folderOf(id);
    const {record, damages} = lookAtRun(folder);
    if (record !== undefined && damages.length === 0) return storedRun(id, folder, record);
    if (damages.length > 0) {
      const aside = reopen(folder, record?.files, damages.map(({name}) => name));
      damages.forEach(({problem}) => warn(`${problem}; set aside in ${aside}, and the run is ` +
          'computed again from what is whole'));
    }
    clearUp(folder, warn);
    const files = runFiles(folder, {guard: lock.check, warn});
    files.write(REQUEST, `${JSON.stringify(request, null, 2)}\n`);
    const shared = shareProgress(folder);
    shared.end(); // What a killed process last said is of no interest.
    const started = new Date();
    let last: Progress | undefined;
    try {
      const {arrays, values, notes} = await compute({
        ...files, id, folder, signal, warn,
        onProgress(progress) {
          signal.throwIfAborted();
          last = progress;
          shared.report(progress);
          onProgress?.(progress);
        },
      });
      files.write(ARRAYS, encodeSafetensors(arrays));
      writeRecord(folder, {
        id, values, files: files.seal(),
        provenance: provenance(started, {
          ...device?.(), attempts: lock.attempt, parents: runsNeededBy(request),
          ...(notes !== undefined && {notes}),
        }),
      });
    } catch (error) {
      if (isInterrupted(error) && last !== undefined) {
        onProgress?.({...last, stopped: error.saved});
      }
      throw error;
    } finally {
      shared.end();
    }
    return {...storedRun(id, folder, readRecord(folder)), loaded: false};
  }

  return {
    root,
    find(request) {
      const id = runId(request);
      const {record, damages} = lookAtRun(folderOf(id));
      damages.forEach(({problem}) =>
        warn(`${problem}; the run is computed again when it is asked for`));
      return record && damages.length === 0 ? storedRun(id, folderOf(id), record) : undefined;
    },
    async run(request, compute) {
      const id = runId(request);
      const folder = folderOf(id);
      let lock: RunLock | undefined;
      return interruptible(async (signal) => {
        while (lock === undefined) {
          const seen = finishedAt(folder);
          const {record, damages} = lookAtRun(folder);
          if (record !== undefined && damages.length === 0) return storedRun(id, folder, record);
          makeFolder(folder);
          lock = await takeLock(folder, {
            ...times, signal,
            onWait(owner) {
              if (owner !== undefined) onProgress?.(progressOf(folder, owner));
              return finishedAt(folder) !== seen;
            },
          });
        }
        try {
          return await underLock(request, id, lock, signal, compute);
        } finally {
          lock.release();
        }
      }, () => lock?.release());
    },
    state: (request) => runState(root, runId(request), times),
    named(name) {
      const id = findRunId(root, name);
      return storedRun(id, folderOf(id), wholeRecord(folderOf(id)));
    },
    file: (run, name) => verifiedFile(run.folder, name, readRecord(run.folder).files),
  };
}

function storedRun(
    id: string, folder: string, {values, files, provenance: origin}: ResultRecord): StoredRun {
  const file = path.join(folder, ARRAYS);
  const {tensors} = decodeSafetensors(verifiedFile(folder, ARRAYS, files), file);
  return {id, folder, arrays: tensors, values, provenance: origin, loaded: true};
}

/** What is shown while another process computes a run. */
function progressOf(folder: string, owner: RunOwner): Progress {
  const {label = 'waiting', done = 0, total = 1, detail} = readProgress(folder) ?? {};
  return {
    label: `${label} (${describeOwner(owner)})`, done, total, ...(detail !== undefined && {detail}),
  };
}
