/** `hidden-gaussian train` of a profile: one of its runs. */
import {loadProfileImages} from '../experiments/profile-data';
import {profileOf} from '../experiments/profiles';
import {openWorkspace} from '../experiments/workspace';
import {terminalProgress} from '../progress/terminal-progress';
import type {OnProgress} from '../types';
import {wholeNumber} from './numbers';

/** What the command line gives: texts. */
export interface ProfileTexts {
  readonly profile?: string;
  /** N (default: the profile's small N). */
  readonly n?: string;
  /** Width of the network (default: the profile's). */
  readonly width?: string;
  /** Seed of the training (default: the profile's). */
  readonly seed?: string;
}

const whole = (option: string, text: string | undefined, least: number): number | undefined =>
    wholeNumber('train', option, text, least);

/**
 * Trains (or finds) the run and says where it is; a parent process, a pool, gets progress as
 * messages.
 */
export async function trainOfProfile(
    {profile: name = 'quick', n, width, seed}: ProfileTexts): Promise<void> {
  const profile = profileOf(name);
  const {send} = process;
  const onProgress: OnProgress = send === undefined ? terminalProgress() :
    (progress) => void send.call(process, progress, undefined, undefined, () => {});
  process.on('disconnect', stopOrphan);
  try {
    const chosen = [
      whole('--n', n, 1) ?? profile.smallSize, whole('--width', width, 1) ?? profile.width,
      whole('--seed', seed, 0) ?? profile.seed,
    ] as const;
    // A parent process counts steps; loading is not its concern.
    const images =
        await loadProfileImages(profile, {...(send === undefined && {onProgress})});
    const workspace = await openWorkspace({profile: name, images, onProgress});
    const run = await workspace.trainRun(...chosen);
    await workspace.close();
    if (send === undefined) console.log(run.stored.folder);
  } finally {
    process.off('disconnect', stopOrphan);
    if (process.connected) process.disconnect();
  }
}

/** Without its parent, a pool, nobody would see to the run: it is saved and stopped. */
const stopOrphan = (): void => void process.kill(process.pid, 'SIGTERM');
