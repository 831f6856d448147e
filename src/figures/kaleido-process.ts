/** The process behind `createKaleido`: where it is, how it starts and ends, how it answers. */
import {spawn} from 'node:child_process';
import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import type {Socket} from 'node:net';
import * as path from 'node:path';
import {createInterface} from 'node:readline';

/** What to do when kaleido is not there. */
export const REMEDY = 'run `make setup`, which installs it into .venv';

const FONTS = path.resolve(__dirname, '..', '..', '..', 'tools', 'figure-fonts.conf');

/**
 * The folder of kaleido's executable in a virtual environment.
 * @param venv default: the project's `.venv`.
 * @throws Error if kaleido is not installed there.
 */
export function findKaleido(venv = path.resolve(__dirname, '..', '..', '..', '.venv')): string {
  const lib = path.join(venv, 'lib');
  const pythons = !existsSync(lib) ? [] :
    readdirSync(lib).filter((name) => name.startsWith('python'));
  const folders = pythons.map(
      (python) => path.join(lib, python, 'site-packages', 'kaleido', 'executable'));
  const found = folders.find((folder) => existsSync(path.join(folder, 'kaleido')));
  if (found === undefined) {
    throw new Error(`findKaleido: expected the Python package kaleido 0.2.1 in ${venv}, ` +
        `got ${pythons.length === 0 ? 'no such environment' : 'none'}; ${REMEDY}`);
  }
  return found;
}

/** One line of the process: its greeting, or the answer to a request. */
export interface Reply {
  readonly code?: number;
  readonly message?: string | null;
  readonly result?: string | null;
  readonly version?: string;
}

/** A running process. */
export interface KaleidoProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** The next line of the process; rejects with `ProcessDied` when there is none. */
  next(): Promise<Reply>;
  /** The last of what the process wrote to stderr. */
  lastWords(): string;
  readonly exited: Promise<void>;
}

/** The process ended before it answered. */
export class ProcessDied extends Error {}

/** Starts the executable of a folder that `findKaleido` found. */
export function startKaleido(folder: string): KaleidoProcess {
  // kaleido's own shell script breaks on paths with spaces, so its environment is set up here.
  const child = spawn(path.join(folder, 'bin', 'kaleido'), [
    'plotly', `--plotlyjs=${require.resolve('plotly.js-dist/plotly.js')}`,
    '--disable-gpu', '--allow-file-access-from-files', '--disable-breakpad',
    '--disable-dev-shm-usage', '--no-sandbox',
  ], {
    cwd: folder,
    detached: true,    // a group of its own, so that the browser's children end with it
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [path.join(folder, 'lib'), process.env['LD_LIBRARY_PATH'] ?? '']
          .filter((entry) => entry !== '').join(path.delimiter),
      LD_PRELOAD: '',
      // Only the fonts that kaleido brings along: the machine's would change the picture.
      FONTCONFIG_FILE: FONTS,
      XDG_DATA_HOME: path.join(folder, 'xdg'),
    },
  });
  let stderr = '';
  let dead = false;
  const replies: Reply[] = [];
  let waiting: {resolve(reply: Reply): void; reject(error: Error): void} | undefined;
  const died = (reason: string): ProcessDied => new ProcessDied(`${reason} ${stderr}`.trim());
  child.stderr.on('data', (data: Buffer) => {
    stderr = (stderr + data.toString()).slice(-2000);
  });
  child.stdin.on('error', () => {});    // told by `exit`
  createInterface({input: child.stdout}).on('line', (line) => {
    let reply: Reply;
    try {
      reply = JSON.parse(line) as Reply;
    } catch {
      reply = {code: -1, message: `not JSON: ${line.slice(0, 200)}`};
    }
    if (waiting) {
      waiting.resolve(reply);
      waiting = undefined;
    } else {
      replies.push(reply);
    }
  });
  const exited = new Promise<void>((resolve) => {
    const end = (reason: string) => (): void => {
      dead = true;
      waiting?.reject(died(reason));
      waiting = undefined;
      resolve();
    };
    child.once('error', (error) => end(`did not start: ${error.message}`)());
    child.once('close', (code, signal) => end(`exited with ${signal ?? code}`)());
  });
  const next = (): Promise<Reply> => new Promise((resolve, reject) => {
    const reply = replies.shift();
    if (reply) {
      resolve(reply);
    } else if (dead) {
      reject(died('has exited'));
    } else {
      waiting = {resolve, reject};
    }
  });
  return {child, next, lastWords: () => stderr, exited};
}

/** Ends a process and the browser's children. */
export function killKaleido({child}: KaleidoProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** While idle, the process does not keep Node alive; it ends when Node's end of its pipe does. */
export function holdKaleido({child}: KaleidoProcess, busy: boolean): void {
  for (const handle of [child, child.stdin as Socket, child.stdout as Socket,
    child.stderr as Socket]) {
    if (busy) {
      handle.ref();
    } else {
      handle.unref();
    }
  }
}
