/** Files out of a Debian package: downloaded and unpacked without root, never installed. */
import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';

/** Keeps apt quick to fail and quiet about a folder that its own user cannot enter. */
const APT_OPTIONS = [
  '-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::https::Timeout=10',
  '-o', 'Acquire::Retries=1', '-o', 'APT::Sandbox::User=root',
];
const UPDATE_LIMIT_MS = 180_000;
const DOWNLOAD_LIMIT_MS = 600_000;

/**
 * Downloads a package through `apt-get download`, unpacks it into a temporary folder, and removes
 * that folder when `use` has returned. With no package lists at hand (a fresh container), or old
 * ones, private lists are fetched into the temporary folder.
 * @param use given the folder that stands for `/` in the package.
 * @throws Error saying what is not to be had: apt itself, the package, or the network.
 */
export async function withDebianPackage<T>(
    name: string, use: (root: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-'));
  try {
    const root = path.join(folder, 'root');
    await run('dpkg-deb', ['-x', await download(name, folder), root], folder, UPDATE_LIMIT_MS);
    return await use(root);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

async function download(name: string, folder: string): Promise<string> {
  const get = (options: string[]): Promise<void> => run(
      'apt-get', [...APT_OPTIONS, ...options, 'download', name], folder, DOWNLOAD_LIMIT_MS);
  try {
    await get([]);
  } catch (error) {
    if ((error as Error).message.includes('is not installed')) throw error;
    const options = privateLists(folder);
    await run('apt-get', [...APT_OPTIONS, ...options, 'update'], folder, UPDATE_LIMIT_MS);
    await get(options);
  }
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get: downloaded no package ${name}`);
  return path.join(folder, file);
}

/** Options that keep apt's lists and caches inside `folder`, which makes its folders. */
function privateLists(folder: string): string[] {
  const [state, cache] = [path.join(folder, 'state'), path.join(folder, 'cache')];
  mkdirSync(path.join(state, 'lists', 'partial'), {recursive: true});
  mkdirSync(path.join(cache, 'archives', 'partial'), {recursive: true});
  const status = '/var/lib/dpkg/status';
  return [
    '-o', `Dir::State=${state}`, '-o', `Dir::Cache=${cache}`,
    '-o', `Dir::State::status=${existsSync(status) ? status : '/dev/null'}`,
    '-o', 'Acquire::Languages=none',
  ];
}

function run(command: string, args: string[], cwd: string, limitMs: number): Promise<void> {
  const options = {cwd, timeout: limitMs, maxBuffer: 2 ** 24, env: {...process.env, LC_ALL: 'C'}};
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, _stdout, stderr) => {
      if (error === null) return resolve();
      const lines = stderr.trim().split('\n');
      const reason = error.code as unknown === 'ENOENT' ? 'is not installed on this system' :
        error.killed === true ? `did not finish within ${limitMs / 1000} s` :
        lines.find((line) => line.startsWith('E: ')) ?? lines.at(-1) ?? error.message;
      reject(new Error(`${command}: ${reason}`, {cause: error}));
    });
  });
}
