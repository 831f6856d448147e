/** Checks of the machine: Node.js, platform, memory, disk, and whether the set-up is done. */
import {spawnSync} from 'node:child_process';
import {readFileSync, statfsSync} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type {Check} from './check';
import {fail, gib, ok, RUN_SETUP, warn} from './check';
import type {ProjectPaths} from '../paths';

/** The profile `full` stays below this. */
const COMFORTABLE_MEMORY = 4 * 2 ** 30;
const COMFORTABLE_DISK = 2 * 2 ** 30;

export function checkMachine(paths: ProjectPaths): Check[] {
  const {version} = JSON.parse(
      readFileSync(path.join(paths.root, 'package.json'), 'utf8')) as {version: string};
  const [processor] = os.cpus();
  return [
    ok('hidden-gaussian', version),
    ok('node', process.versions.node),
    ok('platform', `${process.platform} ${process.arch}, ${processor?.model.trim() ?? 'unknown'}`),
    checkMemory(os.totalmem(), os.freemem(), process.constrainedMemory()),
    checkDisk(paths),
    checkSetup(paths),
  ];
}

/**
 * @param limit what a container allows this process, in bytes; 0, undefined or more than `total`
 *     when there is no limit.
 */
export function checkMemory(total: number, free: number, limit: number | undefined): Check {
  const limited = limit !== undefined && limit > 0 && limit < total;
  const value = `${gib(total)}, ${gib(free)} free${limited ? `, limited to ${gib(limit)}` : ''}`;
  const usable = limited ? Math.min(free, limit) : free;
  return usable >= COMFORTABLE_MEMORY ? ok('memory', value) : warn(
      'memory', value, 'close other programs: the larger profiles want 4 GiB');
}

function checkDisk({work}: ProjectPaths): Check {
  const {bavail, bsize} = statfsSync(work);
  const value = `${gib(bavail * bsize)} free`;
  return bavail * bsize >= COMFORTABLE_DISK ? ok('disk', value) : warn(
      'disk', value, 'free 2 GiB for runs and figures');
}

function checkSetup({root}: ProjectPaths): Check {
  const main = path.join(root, 'tools', 'setup', 'main.mjs');
  const {status, stdout, stderr} = spawnSync(
      process.execPath, [main, '--pending'], {encoding: 'utf8', timeout: 60_000});
  if (status !== 0) return fail('set-up', stderr.trim().split('\n')[0] ?? 'no answer', RUN_SETUP);
  const pending = stdout.trim().split('\n').filter(Boolean);
  return pending.length === 0 ? ok('set-up', 'up to date') :
    warn('set-up', `to be made or renewed: ${pending.join(', ')}`, RUN_SETUP);
}
