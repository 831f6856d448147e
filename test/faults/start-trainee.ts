/** Starts and watches a trainee. */
import {fork} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import * as path from 'node:path';
import {TRAINING_ENVIRONMENT} from '../../src/experiments/training-environment';
import type {Progress} from '../../src/types';
import type {TraineeMessage, TraineeRequest} from './trainee';

export interface TraineeEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said on stderr, trimmed, without TensorFlow's note that oneDNN is on. */
  readonly complaint: string;
  readonly warnings: readonly string[];
  /** All progress it reported, its own and that of the process it waited for. */
  readonly progress: readonly Progress[];
  /** Where the run is, and whether it was loaded; undefined when it did not come to its end. */
  readonly done?: {readonly folder: string; readonly loaded: boolean};
}

export interface Trainee {
  readonly process: ChildProcess;
  /** Resolves at its first progress for which `when` holds, or at its end. */
  reached(when: (progress: Progress) => boolean): Promise<void>;
  readonly end: Promise<TraineeEnd>;
}

const withoutNotes = (text: string): string => text.split('\n')
    .filter((line) => !/^(WARNING: All log messages before absl|I0000 )/.test(line)).join('\n').trim();

/** @param environment further environment variables. */
export function startTrainee(
    request: TraineeRequest, environment: Readonly<Record<string, string>> = {}): Trainee {
  const child = fork(path.join(__dirname, 'trainee.js'), [JSON.stringify(request)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env, ...TRAINING_ENVIRONMENT, ...environment,
    },
  });
  const progress: Progress[] = [];
  const warnings: string[] = [];
  let done: TraineeEnd['done'];
  let complaint = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  child.on('message', (message: TraineeMessage) => {
    if (message.kind === 'progress') progress.push(message.progress);
    else if (message.kind === 'warning') warnings.push(message.message);
    else done = {folder: message.folder, loaded: message.loaded};
  });
  const end = new Promise<TraineeEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({
      status, signal, complaint: withoutNotes(complaint), warnings, progress,
      ...(done !== undefined && {done}),
    }));
  });
  return {
    process: child, end,
    reached: (when) => new Promise((resolve) => {
      child.on('message', (message: TraineeMessage) => {
        if (message.kind === 'progress' && when(message.progress)) resolve();
      });
      void end.then(() => resolve());
    }),
  };
}
