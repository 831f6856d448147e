/** A target in a process of its own, watched: no crash, no hang and no hunger goes unseen. */
import {fork} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import type {Answer} from './child';

export interface Limits {
  /** An input that takes longer hangs, milliseconds. */
  readonly inputMs: number;
  /** Most memory that the process may ever have, bytes. */
  readonly memoryBytes: number;
}

export interface Worker {
  /** Sends an input to the target. A process that is dead, or was ended, is replaced. */
  try(bytes: Uint8Array): Promise<Answer>;
  close(): void;
}

const START_LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 50;

/** @param file the target's module. */
export function createWorker(file: string, limits: Limits): Worker {
  const scratch = mkdtempSync(path.join(tmpdir(), 'fuzz-'));
  let running: Process | undefined;
  const end = (): void => {
    running?.child.kill('SIGKILL');
    running = undefined;
  };
  const send = async (bytes: Uint8Array): Promise<Answer> => {
    running ??= await start(file, path.join(scratch, 'files'));
    const answer = await exchange(running, bytes, limits);
    if (answer.outcome === 'failed') end();
    return answer;
  };
  return {
    async try(bytes) {
      const reused = running !== undefined;
      const answer = await send(bytes);
      // Garbage of earlier inputs, or a busy machine, is not this input's fault.
      const isOwn = !reused || answer.outcome !== 'failed' ||
          !/^(hangs|takes)/.test(answer.message);
      return isOwn ? answer : send(bytes);
    },
    close() {
      end();
      rmSync(scratch, {recursive: true, force: true});
    },
  };
}

interface Process {
  readonly child: ChildProcess;
  /** The end of what it wrote to stderr. */
  errors: string;
}

async function start(file: string, scratch: string): Promise<Process> {
  const child = fork(path.join(__dirname, 'child.js'), [file, scratch], {
    execArgv: ['--expose-gc'], serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const started: Process = {child, errors: ''};
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    started.errors = (started.errors + text).slice(-2000);
  });
  const gone = once(child, 'exit').then(() => {
    throw new Error(`fuzz: the process of ${file} did not start: ${started.errors}`);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  await Promise.race([once(child, 'message'), gone]).finally(() => clearTimeout(timer));
  gone.catch(() => {});
  return started;
}

function exchange(
    running: Process, bytes: Uint8Array, {inputMs, memoryBytes}: Limits): Promise<Answer> {
  const {child} = running;
  const started = performance.now();
  const tooMuch = (peak: number): string =>
      `takes ${(peak / 1e6).toFixed(0)} MB of memory, more than ${memoryBytes / 1e6}`;
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      clearInterval(timer);
      child.off('message', receive);
      child.off('exit', died);
      resolve(answer);
    };
    const fail = (message: string, peak = peakOf(child)): void =>
        settle({outcome: 'failed', message, ms: performance.now() - started, peak});
    const receive = (answer: Answer): void => {
      if (answer.outcome !== 'failed' && answer.peak > memoryBytes) {
        fail(tooMuch(answer.peak), answer.peak);
      } else {
        settle(answer);
      }
    };
    const died = (code: number | null, signal: string | null): void => fail(
        `crashes (${signal ?? `exit status ${code}`}): ${running.errors.trim().slice(-500)}`, 0);
    const timer = setInterval(() => {
      const peak = peakOf(child);
      if (peak > memoryBytes) fail(tooMuch(peak), peak);
      else if (performance.now() - started > inputMs) fail(`hangs: no answer in ${inputMs} ms`);
    }, LOOK_EVERY_MS);
    child.on('message', receive);
    child.on('exit', died);
    child.send(bytes);
  });
}

/** Largest memory of a process so far, bytes; 0 where Linux does not tell. */
function peakOf({pid}: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
