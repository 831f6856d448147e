/** `hidden-gaussian dataset`: images from anywhere as a zip in EDM's layout. */
import {existsSync} from 'node:fs';
import {loadDataset} from '../data/load-dataset';
import {writeImageZip} from '../data/write-image-zip';
import {terminalProgress} from '../progress/terminal-progress';

export interface DatasetCommandOptions {
  readonly output: string;
  readonly resolution?: string;
  readonly maxImages?: string;
  readonly colour?: string;
  readonly part: string;
  readonly force?: boolean;
}

const COLOURS = ['grey', 'rgb', 'keep'] as const;
const PARTS = ['train', 'held-out'] as const;

/**
 * Reads a source and writes the zip.
 * @throws RangeError for a bad option; Error naming what cannot be read, or an output that is there.
 */
export async function dataset(source: string, options: DatasetCommandOptions): Promise<void> {
  const {output, force = false} = options;
  if (!output.toLowerCase().endsWith('.zip')) {
    throw new RangeError(`dataset: expected an output that ends in .zip, got ${output}`);
  }
  if (existsSync(output) && !force) {
    throw new Error(`${output}: is there already; choose another name, or pass --force`);
  }
  const onProgress = terminalProgress();
  const notice = (message: string): void => console.error(message);
  const images = await loadDataset(source, {
    onProgress, warn: notice,
    size: wholeNumber('resolution', options.resolution),
    maxImages: wholeNumber('max-images', options.maxImages),
    colour: oneOf('colour', COLOURS, options.colour ?? 'keep'),
    part: oneOf('part', PARTS, options.part),
  });
  await writeImageZip(output, images, {onProgress});
  const [height, width, channels] = images.imageShape;
  const classes = images.labels === undefined ? 'no classes' :
    `${new Set(images.labels).size} classes`;
  console.log(`${output}: ${images.count} images of ${height}x${width}x${channels}, ${classes}`);
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new RangeError(`dataset: expected --${name} to be a whole number >= 1, got ${text}`);
  }
  return Number(text);
}

function oneOf<T extends string>(name: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((each) => each === text);
  if (found === undefined) {
    throw new RangeError(`dataset: expected --${name} to be one of ${allowed.join(', ')}, got ${text}`);
  }
  return found;
}
