/**
 * Writes a data set as a zip in the layout of EDM's dataset tool, which EDM's code and
 * `loadImageZip` read: `00000/img00000000.png`, …, and the classes in `dataset.json`.
 * @see NVlabs/edm, `dataset_tool.py`
 */
import {once} from 'node:events';
import {createWriteStream} from 'node:fs';
import {mkdir, rename, rm} from 'node:fs/promises';
import * as path from 'node:path';
import {finished} from 'node:stream/promises';
import sharp = require('sharp');
import {ZipFile} from 'yazl';
import type {Dataset, OnProgress} from '../types';
import {DATASET_JSON} from './dataset-json';

export interface WriteImageZipOptions {
  readonly onProgress?: OnProgress | undefined;
}

/** Images encoded, and waiting to be written, at a time. */
const AT_ONCE = 64;
/** Of every entry, so that the same images give the same bytes. */
const ENTRY = {mtime: new Date(Date.UTC(1980, 0, 1)), compress: false, forceDosTimestamp: true};

/**
 * Writes the zip under a temporary name and renames it when it is whole. PNG files are stored as
 * they are, since they are packed already; the same data set gives the same bytes.
 * @throws Error naming the file when it cannot be written.
 */
export async function writeImageZip(
    file: string, dataset: Dataset, {onProgress = () => {}}: WriteImageZipOptions = {}):
    Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), {recursive: true});
  const temporary = `${file}.${process.pid}.partial`;
  const zip = new ZipFile();
  const output = createWriteStream(temporary);
  const written = finished(zip.outputStream.pipe(output));
  written.catch(() => {}); // Reported by the await below.
  try {
    for (let start = 0; start < dataset.count; start += AT_ONCE) {
      const count = Math.min(AT_ONCE, dataset.count - start);
      const files = await Promise.race([
        Promise.all(Array.from({length: count}, (_, i) => encode(dataset, start + i))),
        written.then(() => [], (error: unknown) => Promise.reject(error)),
      ]);
      files.forEach((bytes, i) => zip.addBuffer(bytes, entryName(start + i), ENTRY));
      if (output.writableNeedDrain) {
        await Promise.race([once(output, 'drain'), written]);
      }
      onProgress({label: `write ${path.basename(file)}`, done: start + count, total: dataset.count});
    }
    const {labels} = dataset;
    const list = labels === undefined ? null :
      Array.from(labels, (label, i) => [entryName(i), label]);
    zip.addBuffer(Buffer.from(JSON.stringify({labels: list})), DATASET_JSON, ENTRY);
    zip.end();
    await written;
    await rename(temporary, file);
  } catch (error) {
    output.destroy();
    await rm(temporary, {force: true});
    throw new Error(`${file}: cannot be written: ${(error as Error).message}`, {cause: error});
  }
}

function encode(
    {images, imageShape: [height, width, channels]}: Dataset, index: number): Promise<Buffer> {
  const size = height * width * channels;
  const pixels = images.subarray(index * size, (index + 1) * size);
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`expected images of 1 or 3 channels, got ${channels}`);
  }
  return sharp(pixels, {raw: {width, height, channels}})
      .toColourspace(channels === 1 ? 'b-w' : 'srgb').png().toBuffer();
}

/** A thousand images a folder, as EDM has it. */
function entryName(index: number): string {
  const digits = String(index).padStart(8, '0');
  return `${digits.slice(0, 5)}/img${digits}.png`;
}
