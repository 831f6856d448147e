/** Failures that a person can mend: one sentence, and what to do. */
import {readFileSync} from 'node:fs';

/**
 * An error with a remedy; main.mjs prints both without a stack.
 * @param {string} sentence what is wrong, ending with a full stop.
 * @param {string} remedy what to do about it.
 * @param {{log?: string, tail?: string}} [more] `log`: the file with all the output; `tail`: its
 *     last lines, for causes that are not recognised.
 */
export function problem(sentence, remedy, more = {}) {
  return Object.assign(new Error(sentence), {remedy, ...more});
}

const NETWORK = new RegExp([
  'ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENETUNREACH',
  'EHOSTUNREACH', 'ERR_SOCKET_TIMEOUT', 'NewConnectionError', 'NameResolutionError',
  'ConnectTimeoutError', 'ReadTimeoutError', 'ProxyError', 'ProtocolError', 'IncompleteRead',
  'Network is unreachable', 'Connection refused', 'Temporary failure in name resolution',
].join('|'));
const DISK = /ENOSPC|No space left on device|Errno 28\b/;
const RIGHTS = /EACCES|EPERM|Permission denied|EROFS|Read-only file system/;

/**
 * Turns the output of a failed tool into a problem.
 * @param {string} tool what failed, for the sentence: `'npm ci'`.
 * @param {string} log the file that holds the tool's output.
 * @param {object} failure
 * @param {number | NodeJS.Signals} failure.ending exit status, or the signal that ended it.
 * @param {string} [failure.remedy] for a reason that is not recognised.
 */
export function explainFailure(tool, log, {
  ending, remedy = 'Read its last lines above, mend the cause, then run `make setup` again.',
}) {
  const output = readFileSync(log, 'utf8');
  if (ending === 'SIGILL') {
    return problem(
        `${tool} met an instruction that this processor does not have.`,
        'TensorFlow needs a processor with AVX (x86-64 of 2013 or later): use another machine, ' +
        'or a virtual machine that passes the processor through.', {log});
  }
  if (ending === 'SIGKILL') {
    return problem(
        `${tool} was killed, most likely because memory ran out.`,
        'Close other programs or give the machine 4 GB of memory, then run `make setup` again.',
        {log});
  }
  if (DISK.test(output)) return fullDisk(tool, log);
  if (NETWORK.test(output)) {
    return problem(
        `${tool} cannot reach its package registry.`,
        'Check the network (or the registry and proxy settings of npm and pip), then run ' +
        '`make setup` again: it goes on where it stopped.', {log});
  }
  if (RIGHTS.test(output)) {
    return problem(
        `${tool} may not write to the project's folder or to its cache.`,
        'Give your user the rights to both (files made by root are the usual cause), then run ' +
        '`make setup` again.', {log});
  }
  const tail = output.trimEnd().split('\n').slice(-15).join('\n');
  return problem(`${tool} failed (${ending}).`, remedy, {log, tail});
}

/** @param {string} tool what found the disk full. @param {string} [log] */
export function fullDisk(tool, log) {
  return problem(
      `${tool} found the disk full.`,
      'Free 5 GB (15 GB with DEVICE=gpu) on the disk of this folder and of the package caches, ' +
      'then run `make setup` again.', {log});
}
