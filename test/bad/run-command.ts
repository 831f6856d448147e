/** A command of the project in a process of its own, with everything it leaves behind. */
import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {text} from 'node:stream/consumers';
import type {Readable} from 'node:stream';
import {ROOT} from '../paths';

/** A command that runs longer hangs. */
const TIME_LIMIT_MS = 120_000;

export interface CommandRun {
  /** Exit status; null when it was ended for taking too long, or by a signal. */
  readonly status: number | null;
  /** What it wrote to stderr, without lines of progress. */
  readonly lines: readonly string[];
  /** Bytes; undefined when the process did not live to tell. */
  readonly peak: number | undefined;
  /** Files in the output folder. */
  readonly written: readonly string[];
  /** Files outside it that came, went or changed. */
  readonly strays: readonly string[];
}

/** The folders that a command sees; all are its own, nothing in them is kept. */
export interface Sandbox {
  /** The only folder it may write to. */
  readonly output: string;
  /** For what the command needs, made before it runs. */
  readonly inputs: string;
  readonly remove: () => void;
  /** The rest: working directory, home, temporary files. */
  readonly root: string;
}

export function createSandbox(): Sandbox {
  const root = mkdtempSync(path.join(tmpdir(), 'bad-input-'));
  const [output, inputs] = ['output', 'inputs'].map((name) => path.join(root, name));
  for (const name of ['output', 'inputs', 'work', 'home', 'tmp']) mkdirSync(path.join(root, name));
  return {
    root, output: output!, inputs: inputs!, remove: () => rmSync(root, {recursive: true}),
  };
}

/**
 * Runs `hidden-gaussian` with `args`.
 * @param watched folders besides the sandbox that must stay as they are.
 * @param cli the program (default: this project's).
 */
export async function runCommand(
    args: readonly string[], sandbox: Sandbox, watched: readonly string[],
    cli = path.join(ROOT, 'bin', 'hidden-gaussian.js')): Promise<CommandRun> {
  const {root, output} = sandbox;
  const look = (): Map<string, string> =>
      new Map([root, ...watched].flatMap((dir) => snapshot(dir, output)));
  const before = look();
  const {HIDDEN_GAUSSIAN_DEBUG: _, ...env} = process.env;
  const child = spawn(process.execPath,
      ['--require', path.join(__dirname, 'peak-memory.js'), cli, ...args], {
        cwd: path.join(root, 'work'), stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        env: {...env, HOME: path.join(root, 'home'), TMPDIR: path.join(root, 'tmp')},
      });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS);
  const [status, stderr, peak] =
      await Promise.all([ended, text(child.stderr!), text(child.stdio[3] as Readable)]);
  clearTimeout(timer);
  return {
    status, peak: peak === '' ? undefined : Number(peak),
    lines: stderr.split('\n').filter((line) => line !== '' && !/: \d+ %( · |$)/.test(line)),
    written: readdirSync(output, {recursive: true, encoding: 'utf8'}),
    strays: differences(before, look()),
  };
}

/** Path and state of everything below `dir`, `except` and what is in it apart. */
function snapshot(dir: string, except: string): [string, string][] {
  return readdirSync(dir, {recursive: true, encoding: 'utf8'})
      .map((name) => path.join(dir, name))
      .filter((file) => file !== except && !file.startsWith(except + path.sep))
      .map((file) => {
        const {size, mtimeMs} = statSync(file);
        return [file, statSync(file).isDirectory() ? 'folder' : `${size} bytes, ${mtimeMs}`];
      });
}

function differences(before: Map<string, string>, after: Map<string, string>): string[] {
  const files = new Set([...before.keys(), ...after.keys()]);
  return [...files].filter((file) => before.get(file) !== after.get(file));
}
