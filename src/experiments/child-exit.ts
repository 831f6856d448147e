/** The end of a child process, with its last words. */
import type {ChildProcess} from 'node:child_process';

/**
 * Waits until the process has ended and its streams are closed.
 * @param child with stderr as a pipe.
 * @param most characters of stderr to keep, the last ones.
 * @returns exit status (null: ended by a signal) and what it said on stderr, trimmed.
 * @throws Error when the process cannot be started.
 */
export async function exitOf(
    child: ChildProcess, most: number): Promise<{status: number | null; complaint: string}> {
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-most);
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return {status, complaint: complaint.trim()};
}
