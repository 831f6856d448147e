/** `loadImageZip`: archives, images of every format and `dataset.json` in whole archives. */
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import * as path from 'node:path';
import sharp = require('sharp');
import {loadImageZip} from '../../../src/data/image-zip';
import {rawZip} from '../../data/raw-zip';
import type {RawEntry} from '../../data/raw-zip';
import type {Layer, Target} from '../target';

const [W, H] = [17, 13];
const FORMATS = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const;

/** A picture with edges and a course, so that every part of a coder has work. */
function picture(channels: 1 | 2 | 3 | 4): sharp.Sharp {
  const pixels = Uint8Array.from(
      {length: W * H * channels}, (_, i) => (i * 7 + (i >> 4) * 31) % 251);
  return sharp(pixels, {raw: {width: W, height: H, channels}});
}

const entry = (name: string, content: Uint8Array): RawEntry => ({name, content, method: 0});
const json = (content: unknown): Buffer => Buffer.from(JSON.stringify(content));

async function layers(): Promise<Layer[]> {
  const png = await picture(3).png().toBuffer();
  const images = await Promise.all(FORMATS.map((format) => picture(3).toFormat(format).toBuffer()));
  const others = await Promise.all([
    picture(1).png({progressive: true}).toBuffer(), picture(3).png({palette: true}).toBuffer(),
    picture(4).png().toBuffer(), picture(1).toColourspace('rgb16').png().toBuffer(),
    picture(3).jpeg({progressive: true}).toBuffer(),
    picture(3).toColourspace('cmyk').jpeg().toBuffer(),
    picture(4).webp({lossless: true}).toBuffer(),
    picture(3).tiff({compression: 'deflate', tile: true}).toBuffer(),
    picture(3).tiff({compression: 'lzw'}).toBuffer(),
  ]);
  const labels = json({labels: [['00/a.png', 3], ['00/b.png', 1]]});
  const vectors = json({labels: [['00/b.png', [0.5, 1]], ['00/a.png', [1e-3, 0]]]});
  const archive = (labelled: Uint8Array): Buffer => rawZip([
    entry('00/a.png', png), entry('00/b.png', png), entry('dataset.json', labelled),
  ]);
  return [
    {name: 'archive', seeds: [archive(labels)]},
    {name: 'dataset.json', seeds: [labels, vectors, json({labels: null})], wrap: archive},
    {
      name: 'image', seeds: [...images, ...others],
      wrap: (bytes) => rawZip([entry('00/a.png', bytes)]),
    },
  ];
}

export const target: Target = {
  layers,
  words: ['"00/a.png"', '["00/a.png",4]', '[1,2,3]', '2147483648'],
  async parse(bytes, scratch) {
    const file = path.join(scratch, 'some.zip');
    writeFileSync(file, bytes);
    const {count, images, imageShape, labels, labelVectors} =
        await loadImageZip(file, {warn: () => {}});
    assert.equal(images.length, count * imageShape.reduce((a, b) => a * b), 'bytes of the images');
    if (labels !== undefined) assert.equal(labels.length, count, 'labels');
    if (labelVectors === undefined) return;
    assert.equal(labelVectors.values.length, count * labelVectors.size, 'values of the labels');
    assert.ok(labelVectors.values.every(Number.isFinite), 'labels that are no numbers');
  },
  refusal: /^SCRATCH\/some\.zip(\/.*)?: /,
};
