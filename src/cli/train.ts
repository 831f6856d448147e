/** `hidden-gaussian train`: one training run of a profile, into the run store. */
import {loadProfileImages} from '../experiments/profile-data';
import {profileOf} from '../experiments/profiles';
import {openWorkspace} from '../experiments/workspace';
import {terminalProgress} from '../progress/terminal-progress';
import type {OnProgress} from '../types';

export interface TrainCommandOptions {
  readonly profile: string;
  /** N (default: the profile's small N). */
  readonly n?: string;
  /** Width of the network (default: the profile's). */
  readonly width?: string;
  /** Seed of the training (default: the profile's). */
  readonly seed?: string;
}

/** Trains (or finds) the run; a parent process gets progress as messages. */
export async function train({profile: name, n, width, seed}: TrainCommandOptions): Promise<void> {
  const profile = profileOf(name);
  const {send} = process;
  const onProgress: OnProgress = send === undefined ? terminalProgress() :
    (progress) => void send.call(process, progress, undefined, undefined, () => {});
  process.on('disconnect', stopOrphan);
  try {
    // A parent process counts steps; loading is not its concern.
    const images =
        await loadProfileImages(profile, {...(send === undefined && {onProgress})});
    const workspace = await openWorkspace({profile: name, images, onProgress});
    const run = await workspace.trainRun(
        n === undefined ? profile.smallSize : wholeNumber('--n', n, 1),
        width === undefined ? profile.width : wholeNumber('--width', width, 1),
        seed === undefined ? profile.seed : wholeNumber('--seed', seed, 0));
    await workspace.close();
    if (send === undefined) console.log(run.stored.folder);
  } finally {
    process.off('disconnect', stopOrphan);
    if (process.connected) process.disconnect();
  }
}

/** Without its parent, a pool, nobody would see to the run: it is saved and stopped. */
const stopOrphan = (): void => void process.kill(process.pid, 'SIGTERM');

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(
        `train: expected ${option} to be a whole number >= ${least}, got ${text}`);
  }
  return value;
}
