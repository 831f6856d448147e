/** `hidden-gaussian dataset`: any source of images as a data set zip of EDM's form. */
import {existsSync} from 'node:fs';
import {z} from 'zod';
import {openDataset} from '../data/load-dataset';
import {writeImageZip} from '../data/write-image-zip';
import {terminalProgress} from '../progress/terminal-progress';
import {note} from './notes';

/** What the command line gives: texts. */
export interface DatasetCommandOptions {
  readonly output: string;
  readonly resolution?: string;
  readonly maxImages?: string;
  readonly colour?: string;
  readonly split?: string;
  readonly xflip?: boolean;
  readonly force?: boolean;
}

const count = z.string().regex(/^[1-9]\d{0,8}$/, 'expected a whole number >= 1').transform(Number);
const Options = z.object({
  resolution: z.string()
      .regex(/^[1-9]\d{0,4}(x[1-9]\d{0,4})?$/, 'expected a size such as 64 or 64x64')
      .transform((text) => text.split('x').map(Number)).optional(),
  maxImages: count.optional(),
  colour: z.enum(['grey', 'rgb'], {error: 'expected grey or rgb'}).optional(),
  split: z.enum(['train', 'test'], {error: 'expected train or test'}).optional(),
});
const FLAGS: Readonly<Record<string, string>> =
    {resolution: '--resolution', maxImages: '--max-images', colour: '--colour', split: '--split'};

/** Reads `source` and writes the zip; nothing is left of it when the source cannot be read. */
export async function dataset(source: string, options: DatasetCommandOptions): Promise<void> {
  const {output, force = false, xflip = false} = options;
  const parsed = Options.safeParse(options);
  if (!parsed.success) {
    const {path: [field], message} = parsed.error.issues[0]!;
    const given = options[field as keyof DatasetCommandOptions];
    throw new RangeError(`dataset: ${FLAGS[String(field)]}: ${message}, got ${given}`);
  }
  const {resolution, maxImages, colour, split} = parsed.data;
  const [width, height = width] = resolution ?? [];
  if (!output.toLowerCase().endsWith('.zip')) {
    throw new RangeError(`dataset: --output: expected a name ending in .zip, got ${output}`);
  }
  if (existsSync(output) && !force) {
    throw new Error(`${output}: is already there; pass --force to replace it`);
  }
  const onProgress = terminalProgress();
  const images = await openDataset(source, {
    maxImages, colour, split, xflip, onProgress,
    ...width === undefined ? {} : {size: [height!, width]},
    warn: note,
  });
  try {
    const [rows, columns, channels] = images.imageShape;
    if (rows !== columns) {
      throw new Error(
          `${source}: the images have ${rows}x${columns} pixels (height x width), and such zips ` +
          'hold square ones; pass --resolution to cut them at the centre');
    }
    await writeImageZip(images, output, onProgress);
    const labels = images.labels ?? images.labelVectors;
    console.log(`${output}: ${images.count} images of ${rows}x${columns}x${channels}, ` +
        `${labels === undefined ? 'without' : 'with'} labels`);
  } finally {
    images.close();
  }
}
