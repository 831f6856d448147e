/** One side of a case as the driver sees it: a process that answers commands. */
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import * as path from 'node:path';
import {createInterface} from 'node:readline';
import {projectPaths} from '../src/paths';
import type {Answer} from './worker';

/** What to start. */
export interface SideSpec {
  /** Name in results and files: `'torch-compile'`. */
  readonly name: string;
  /** Name in tables: `'PyTorch, compiled'`. */
  readonly label: string;
  /** `training` is bench/training.ts for Node.js and bench/peers/training.py for Python. */
  readonly program: string;
  readonly runtime: 'node' | 'python';
  readonly config: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Side {
  readonly spec: SideSpec;
  readonly versions: Readonly<Record<string, string>>;
  /** Sends a command and waits for its answer. */
  ask(command: string, argument?: Answer): Promise<Answer>;
  /** Ends the process; its peak of resident memory in MB. */
  end(): Promise<number>;
  /** Ends the process whatever it is doing; nothing when it has ended. */
  stop(): void;
}

/** Threads of every side: one a core. */
export const THREADS = availableParallelism();

/** The CPU for all; idle threads sleep at once instead of taking the other side's cores. */
const ENVIRONMENT = {
  OMP_NUM_THREADS: `${THREADS}`, OMP_WAIT_POLICY: 'passive', KMP_BLOCKTIME: '0',
  TF_ENABLE_ONEDNN_OPTS: '1', TF_CPP_MIN_LOG_LEVEL: '2', CUDA_VISIBLE_DEVICES: '',
  PYTHONDONTWRITEBYTECODE: '1',
};

/**
 * Starts a side and waits until it is ready.
 * @param folder of the case; compiled kernels go there too, so that no run finds an earlier one's.
 * @throws Error with the end of its output when the process ends early.
 */
export async function startSide(spec: SideSpec, folder: string): Promise<Side> {
  const {root} = projectPaths();
  const [command, file] = spec.runtime === 'node' ?
    [process.execPath, path.join(root, 'dist', 'bench', `${spec.program}.js`)] :
    [pythonOf(root), path.join(root, 'bench', 'peers', `${spec.program}.py`)];
  const config = {...spec.config, name: spec.name, folder, threads: THREADS};
  const child = spawn(command, [file, JSON.stringify(config)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env, ...ENVIRONMENT, TORCHINDUCTOR_CACHE_DIR: path.join(folder, spec.name),
      HIDDEN_GAUSSIAN_CACHE: path.join(folder, 'graphs'),
      ...spec.env,
    },
  });
  const kill = (): void => void child.kill();
  process.on('exit', kill);
  let errors = '';
  child.stderr.on('data', (text: Buffer) => { errors = `${errors}${text}`.slice(-3000); });
  child.stdin.on('error', () => {}); // the end of the process tells more
  const ended = new Promise<void>((resolve) => child.on('close', () => {
    process.off('exit', kill);
    resolve();
  }));
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();

  async function answer(): Promise<Answer> {
    for (;;) {
      const {value, done} = await lines.next();
      if (done === true) {
        await ended;
        throw new Error(`${spec.label}: expected an answer, got the end of its process ` +
            `(${child.exitCode ?? child.signalCode}): ${errors.trim()}`);
      }
      if (value.startsWith('bench ')) return JSON.parse(value.slice(6)) as Answer;
    }
  }

  const ready = await answer();
  return {
    spec,
    versions: ready['versions'] as Record<string, string>,
    ask(name, argument = {}) {
      child.stdin.write(`${name} ${JSON.stringify(argument)}\n`);
      return answer();
    },
    async end() {
      child.stdin.write('end\n');
      const {rss} = await answer();
      await ended;
      return rss as number;
    },
    stop: kill,
  };
}

function pythonOf(root: string): string {
  const python = path.join(root, '.venv-torch', 'bin', 'python');
  if (!existsSync(python)) throw new Error(`${python}: not found; run \`make bench\``);
  return python;
}
