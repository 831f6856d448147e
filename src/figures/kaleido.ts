/**
 * Draws Plotly figures to PNG and SVG with kaleido 0.2.1, which brings its own browser: one
 * process for many figures, one JSON object a line in each direction.
 */
import {spawn} from 'node:child_process';
import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import type {Socket} from 'node:net';
import * as path from 'node:path';
import {createInterface} from 'node:readline';
import type {PlotlyFigure} from './types';

export interface KaleidoOptions {
  /** Folder `kaleido/executable` of the Python package (default: found in the project's `.venv`). */
  readonly folder?: string;
  /** Longest wait for one picture, start of the browser included, ms (default 120,000). */
  readonly timeoutMs?: number;
}

export interface RenderOptions {
  readonly format: 'png' | 'svg';
  /** Pixels of the picture per layout pixel (default 1; an SVG keeps its size in layout pixels). */
  readonly scale?: number;
}

export interface Kaleido {
  /**
   * Draws a figure at the size of its layout. Calls queue up; a process that dies is started
   * again once for each picture.
   * @throws Error with the browser's last words if the picture fails or takes too long.
   */
  render(figure: PlotlyFigure, options: RenderOptions): Promise<Buffer>;
  /** Ends the process; a later `render` starts another. */
  close(): Promise<void>;
  /** The process, while one runs. */
  readonly pid: number | undefined;
}

const REMEDY = 'run `make setup`, which installs it into .venv';

/**
 * The folder of kaleido's executable in a virtual environment.
 * @param venv default: the project's `.venv`.
 * @throws Error if kaleido is not installed there.
 */
export function findKaleido(venv = path.resolve(__dirname, '..', '..', '..', '.venv')): string {
  const lib = path.join(venv, 'lib');
  const pythons = existsSync(lib) ? readdirSync(lib).filter((name) => name.startsWith('python')) : [];
  const folders = pythons.map(
      (python) => path.join(lib, python, 'site-packages', 'kaleido', 'executable'));
  const found = folders.find((folder) => existsSync(path.join(folder, 'kaleido')));
  if (found === undefined) {
    throw new Error(`findKaleido: expected the Python package kaleido 0.2.1 in ${venv}, ` +
        `got ${pythons.length === 0 ? 'no such environment' : 'none'}; ${REMEDY}`);
  }
  return found;
}

interface Reply {
  readonly code?: number;
  readonly message?: string | null;
  readonly result?: string | null;
  readonly version?: string;
}

interface Session {
  readonly child: ChildProcessWithoutNullStreams;
  /** The next line of the process; rejects with `ProcessDied` when there is none. */
  next(): Promise<Reply>;
  /** The last of what the process wrote to stderr. */
  lastWords(): string;
  readonly exited: Promise<void>;
}

class ProcessDied extends Error {}

function start(folder: string): Session {
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
      FONTCONFIG_PATH: path.join(folder, 'etc', 'fonts'),
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
function kill({child}: Session): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** While idle, the process does not keep Node alive; it ends when Node's end of its pipe does. */
function hold({child}: Session, busy: boolean): void {
  for (const handle of [child, child.stdin as Socket, child.stdout as Socket,
    child.stderr as Socket]) {
    if (busy) {
      handle.ref();
    } else {
      handle.unref();
    }
  }
}

/** Makes a renderer; its process starts with the first picture. */
export function createKaleido({folder, timeoutMs = 120_000}: KaleidoOptions = {}): Kaleido {
  let session: Session | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function ask(request: string): Promise<Reply> {
    if (session === undefined) {
      const started = start(folder ?? findKaleido());
      session = started;
      void started.exited.then(() => {
        session = session === started ? undefined : session;
      });
      const hello = await started.next();
      if ((hello.code ?? 0) !== 0) {
        kill(started);
        throw new Error(`kaleido: did not start: ${hello.message}`);
      }
    }
    hold(session, true);
    session.child.stdin.write(`${request}\n`);
    return session.next();
  }

  async function askInTime(request: string): Promise<Reply> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const words = session?.lastWords() ?? '';
        if (session) {
          kill(session);
        }
        session = undefined;
        reject(new Error(`kaleido: expected a picture within ${timeoutMs} ms, got none; the ` +
            `process was ended. Give more time with \`timeoutMs\`. ${words}`.trim()));
      }, timeoutMs);
    });
    const answer = ask(request);
    answer.catch(() => {});    // when `late` wins, the process's death is no news
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
      if (session) {
        hold(session, false);
      }
    }
  }

  async function render(
      figure: PlotlyFigure, {format, scale = 1}: RenderOptions): Promise<Buffer> {
    const {width, height} = figure.layout;
    const request = JSON.stringify({format, width, height, scale, data: figure});
    let reply: Reply;
    try {
      reply = await askInTime(request);
    } catch (error) {
      if (!(error instanceof ProcessDied)) {
        throw error;
      }
      session = undefined;
      reply = await askInTime(request).catch((again: Error) => {
        throw new Error(`kaleido: the process died twice on one picture (${again.message}); ` +
            `if it never works, ${REMEDY}`);
      });
    }
    if ((reply.code ?? 0) !== 0 || typeof reply.result !== 'string') {
      throw new Error(`kaleido: expected a ${format} picture, got error ${reply.code}: ` +
          `${reply.message}; check the figure's data and layout`);
    }
    return Buffer.from(reply.result, format === 'svg' ? 'utf8' : 'base64');
  }

  return {
    get pid() {
      return session?.child.pid;
    },
    render(figure, options) {
      const result = queue.then(() => render(figure, options));
      queue = result.catch(() => {});
      return result;
    },
    async close() {
      await queue;
      const last = session;
      session = undefined;
      if (last) {
        hold(last, true);
        last.child.stdin.end();
        const timer = setTimeout(() => kill(last), 2000);
        await last.exited;
        clearTimeout(timer);
      }
    },
  };
}
