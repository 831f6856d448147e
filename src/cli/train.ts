/** `hidden-gaussian train`: one training run, of a profile or on one's own images. */
import type {OwnTrainingTexts} from './train-own';
import type {ProfileTexts} from './train-profile';

/** All options of the command: texts. */
export type TrainCommandOptions = ProfileTexts & Partial<OwnTrainingTexts>;

const PROFILE_ONLY = {profile: '--profile', n: '--n'} as const;
const IMAGES_ONLY = {
  size: '--size', colour: '--colour', maxImages: '--max-images', heldOut: '--held-out',
  steps: '--steps', batchSize: '--batch-size', learningRate: '--learning-rate',
  checkpoints: '--checkpoints',
} as const;

/**
 * Trains (or finds) the run; TensorFlow is loaded when the options are right.
 * @throws RangeError for options that exclude each other.
 */
export async function train(options: TrainCommandOptions): Promise<void> {
  const given = (flags: Readonly<Record<string, string>>): string[] =>
    Object.keys(flags).filter((key) => options[key as keyof TrainCommandOptions] !== undefined)
        .map((key) => flags[key]!);
  const [ofProfile, ofImages] = [given(PROFILE_ONLY), given(IMAGES_ONLY)];
  if (options.images !== undefined && ofProfile.length > 0) {
    throw new RangeError(`train: --images and ${ofProfile.join(', ')} exclude each other: a ` +
        'profile brings its own images; give one or the other');
  }
  if (options.images === undefined && ofImages.length > 0) {
    throw new RangeError(`train: ${ofImages.join(', ')} ${ofImages.length === 1 ? 'is' : 'are'} ` +
        'for training on your own images, and a profile has its own; add --images <source>');
  }
  const {images} = options;
  await (images === undefined ? (await import('./train-profile.js')).trainOfProfile(options) :
    (await import('./train-own.js')).trainOwn({...options, images}));
}
