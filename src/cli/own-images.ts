/** The options of commands that say where one's own images lie and how they are read. */
import type {Command} from 'commander';
import type {OwnImages} from '../experiments/own-images';
import {wholeNumber} from './numbers';

/** What the command line gives: texts. */
export interface OwnImagesTexts {
  readonly images?: string;
  readonly size?: string;
  readonly colour?: string;
  readonly maxImages?: string;
  readonly heldOut?: string;
}

/** Adds these options to a command. @param what the command reads them for. */
export const withOwnImages = (command: Command, what: string): Command => command
    .option('--images <source>', `${what}: folder, zip, CIFAR-10 or IDX`)
    .option('--size <pixels>', 'side that images are cut at the centre and resized to')
    .option('--colour <kind>', 'grey or rgb (default: as the images are)')
    .option('--max-images <count>', 'only the first so many')
    .option('--held-out <images>',
        'how many are not trained on, or a source of others; 0 for none');

/** The records that these texts stand for. @throws RangeError naming command and option. */
export function parseOwnImagesTexts(command: string, texts: OwnImagesTexts): Partial<OwnImages> {
  const {images, size, maxImages, heldOut} = texts;
  const whole = (option: string, text: string | undefined, least: number): number | undefined =>
    wholeNumber(command, option, text, least);
  return {
    ...(images !== undefined && {source: images}),
    size: whole('--size', size, 1), colour: colourOf(command, texts.colour),
    maxImages: whole('--max-images', maxImages, 1),
    heldOut: heldOut === undefined || !/^-?\d+(\.\d+)?$/.test(heldOut) ? heldOut :
      whole('--held-out', heldOut, 0),
  };
}

/** @throws RangeError naming the command. */
export function colourOf(command: string, text: string | undefined): 'grey' | 'rgb' | undefined {
  if (text === undefined || text === 'grey' || text === 'rgb') return text;
  throw new RangeError(`${command}: expected --colour to be grey or rgb, got ${text}`);
}
