/** Real runs in temporary stores, in every state. */
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after} from 'node:test';
import {readRecord, writeRecord} from '../../src/store/run-record';
import {thisProcess} from '../../src/store/run-owner';
import type {RunOwner} from '../../src/store/run-owner';
import {runId} from '../../src/store/run-request';
import {openRunStore} from '../../src/store/run-store';
import type {RunRequest, RunResult} from '../../src/store/run-store';

const roots: string[] = [];
after(() => roots.forEach((root) => rmSync(root, {recursive: true, force: true})));

/** The folder of a new store, removed after the tests of the file. */
export function newRoot(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'some-runs-'));
  roots.push(root);
  return root;
}

/** A training run's request, as `trainRun` makes it. */
export const trainRequest = (seed: number): RunRequest => ({
  kind: 'train',
  options: {
    dataset: {name: 'tiny', hash: 'ab', count: 100}, heldOut: {name: 'tiny', hash: 'cd'},
    train: {width: 16, seed, steps: 2000, checkpoints: [1000, 2000]},
  },
});

/** A measurement on other runs. */
export const measureRequest = (subject: string, seed = 0): RunRequest =>
    ({kind: 'linearity', options: {subject, pairs: 8, seed}});

export const resultOf = (mean: number): RunResult =>
    ({arrays: {x: {shape: [2], data: Float32Array.of(mean, 4)}}, values: {mean, log: [1, 2]}});

/** A finished run. @returns its id. */
export async function finished(
    root: string, request: RunRequest, result = resultOf(1),
    files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const {id} = await openRunStore(root, {warn: () => {}}).run(request, (folder) => {
    Object.entries(files).forEach(([name, content]) => folder.write(name, content));
    return result;
  });
  return id;
}

/** A run whose computation failed after it wrote `files`. @returns its id. */
export async function unfinished(
    root: string, request: RunRequest,
    files: Readonly<Record<string, string | Uint8Array>> = {'part.txt': 'part'}): Promise<string> {
  await openRunStore(root, {warn: () => {}}).run(request, (folder) => {
    Object.entries(files).forEach(([name, content]) => folder.write(name, content));
    throw new Error('stopped');
  }).catch(() => {});
  return runId(request);
}

/** A run that this process computes until `end` is called. */
export async function running(root: string, request: RunRequest):
    Promise<{readonly id: string; end(): Promise<void>}> {
  let end = (): void => {};
  let begun = (): void => {};
  const beginning = new Promise<void>((resolve) => begun = resolve);
  const done = openRunStore(root, {warn: () => {}}).run(request, async (folder) => {
    folder.write('part.txt', 'part');
    folder.onProgress({label: 'square', done: 3, total: 8});
    begun();
    await new Promise<void>((resolve) => end = resolve);
    return resultOf(1);
  });
  await beginning;
  return {
    id: runId(request),
    async end() {
      end();
      await done;
    },
  };
}

/** A finished run as code of another format left it. @returns its id. */
export async function ofFormat(
    root: string, format: number, request: RunRequest): Promise<string> {
  const now = await finished(root, request);
  const id = runId(request, format);
  const record = readRecord(path.join(root, now));
  renameSync(path.join(root, now), path.join(root, id));
  writeRecord(path.join(root, id), {...record, id});
  return id;
}

/** A process on this machine that has ended. */
export function deadOwner(): RunOwner {
  const {pid} = spawnSync(process.execPath, ['-e', '']);
  return {...thisProcess(), pid, born: '1'};
}

/** Makes files of any content. */
export function put(root: string, name: string, content: string | Uint8Array): string {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), {recursive: true});
  writeFileSync(file, content);
  return file;
}
