/** `hidden-gaussian denoise`: D(x; sigma) of a model folder, file to file. */
import {denoiseFile} from '../models/denoise-file';
import {terminalProgress} from '../progress/terminal-progress';

export interface DenoiseCommandOptions {
  readonly input: string;
  readonly output: string;
  readonly batch?: string;
}

export function denoise(dir: string, {input, output, batch}: DenoiseCommandOptions): void {
  const size = batch === undefined ? undefined : Number(batch);
  if (size !== undefined && !(Number.isInteger(size) && size >= 1)) {
    throw new RangeError(`denoise: expected --batch to be a whole number >= 1, got ${batch}`);
  }
  const {images, ignored} =
      denoiseFile(dir, input, output, {batch: size, onProgress: terminalProgress()});
  if (ignored.length > 0) console.error(`denoise: ignored in ${input}: ${ignored.join(', ')}`);
  console.log(`${output}: D of ${images} images`);
}
