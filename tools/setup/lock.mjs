/** One set-up at a time in one checkout; a second one waits, a lock left by a dead one is taken. */
import {
  linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {writeAtomically} from './stage.mjs';

/**
 * @typedef {object} Lock
 * @property {(pids: number[]) => void} setChild notes the running tools: should this process be
 *     killed alone, the next one waits for these too.
 * @property {() => void} release
 */

/**
 * Takes the lock, waiting while another process holds it.
 * @param {string} file
 * @param {{onWait?: (pid: number) => void, pollMs?: number}} [options] `onWait` is called once
 *     with the process waited for.
 * @returns {Promise<Lock>}
 */
export async function takeLock(file, {onWait = () => {}, pollMs = 300} = {}) {
  mkdirSync(path.dirname(file), {recursive: true});
  const own = `${file}.${process.pid}`;
  let told = false;
  for (;;) {
    writeFileSync(own, JSON.stringify([process.pid]));
    try {
      linkSync(own, file); // atomic, and never over another's lock
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = holders(file).find(isAlive);
    if (holder === undefined) {
      removeStale(file, `${own}.stale`);
      continue;
    }
    if (!told) onWait(holder);
    told = true;
    await sleep(pollMs);
  }
  unlinkSync(own);
  return {
    setChild: (pids) => writeAtomically(file, JSON.stringify([process.pid, ...pids])),
    release: () => rmSync(file, {force: true}),
  };
}

/**
 * Takes a dead process's lock away; puts it back if another one was quicker and now holds it.
 * @param {string} file
 * @param {string} aside
 */
function removeStale(file, aside) {
  try {
    renameSync(file, aside);
    if (holders(aside).some(isAlive)) linkSync(aside, file);
  } catch {
    // Gone already, or taken again: the caller looks once more.
  }
  rmSync(aside, {force: true});
}

/** @param {string} file @returns {number[]} */
function holders(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (pid === process.pid) return false; // a lock of an earlier process with the same number
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
