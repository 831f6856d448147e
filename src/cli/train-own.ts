/** `hidden-gaussian train --images`: a run on one's own images. */
import {trainOnImages} from '../experiments/train-on-images';
import {terminalProgress} from '../progress/terminal-progress';
import {nextSteps} from './next-steps';
import {note} from './notes';
import {positiveNumber, wholeNumber} from './numbers';
import {parseOwnImagesTexts} from './own-images';
import type {OwnImagesTexts} from './own-images';
import {counted} from './units';

/** What the command line gives: texts. */
export interface OwnTrainingTexts extends OwnImagesTexts {
  readonly images: string;
  readonly steps?: string;
  readonly width?: string;
  readonly batchSize?: string;
  readonly learningRate?: string;
  readonly checkpoints?: string;
  readonly seed?: string;
}

const whole = (option: string, text: string | undefined, least: number): number | undefined =>
    wholeNumber('train', option, text, least);

/** Trains (or finds) the run, says where it is and what to do with it. */
export async function trainOwn(texts: OwnTrainingTexts): Promise<void> {
  const images = {...parseOwnImagesTexts('train', texts), source: texts.images};
  const run = await trainOnImages(images, {
    training: {
      steps: whole('--steps', texts.steps, 1), width: whole('--width', texts.width, 1),
      batchSize: whole('--batch-size', texts.batchSize, 1),
      seed: whole('--seed', texts.seed, 0),
      checkpoints: whole('--checkpoints', texts.checkpoints, 1),
      learningRate: positiveNumber('train', '--learning-rate', texts.learningRate),
    },
    warn: note,
    onProgress: terminalProgress(),
    onStart({train: {name, count, imageShape}, heldOut}, {width, steps, batchSize}) {
      console.error(`${name}: ${counted(count, 'image')} of ${imageShape.join('x')} to train on, ` +
          `${heldOut.name === name ? 'none' : counted(heldOut.count, 'image')} held out; width ` +
          `${width}, ${counted(steps, 'step')} of ${counted(batchSize, 'image')}`);
    },
  });
  console.log(run.stored.folder);
  nextSteps(run.stored.id).forEach((line) => console.log(line));
}
