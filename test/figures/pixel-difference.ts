/** How much two pictures of one figure differ. */
import assert from 'node:assert/strict';
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import sharp from 'sharp';

export interface PixelDifference {
  /** Share of pixels that differ visibly, in [0, 1]. */
  readonly share: number;
  /** The first picture, pale, with differing pixels red. */
  readonly picture: Buffer;
}

async function pixelsOf(png: Buffer) {
  const {data, info} = await sharp(png).flatten({background: '#ffffff'}).toColourspace('srgb')
      .ensureAlpha().raw().toBuffer({resolveWithObject: true});
  return {data: new Uint8Array(data), width: info.width, height: info.height};
}

/**
 * Compares two PNGs by pixelmatch, which leaves out pixels that differ by antialiasing only.
 * @param threshold difference of colour in [0, 1] from which a pixel counts (default 0.1).
 * @throws AssertionError when the pictures differ in size.
 */
export async function pixelDifference(
    a: Buffer, b: Buffer, threshold = 0.1): Promise<PixelDifference> {
  const {default: pixelmatch} = await import('pixelmatch');
  const [first, second] = [await pixelsOf(a), await pixelsOf(b)];
  const {width, height} = first;
  assert.deepEqual([second.width, second.height], [width, height], 'pictures of another size');
  const out = new Uint8Array(width * height * 4);
  const count = pixelmatch(first.data, second.data, out, width, height, {threshold});
  const picture = await sharp(out, {raw: {width, height, channels: 4}}).png().toBuffer();
  return {share: count / (width * height), picture};
}

const FOLDER = path.resolve(__dirname, '..', '..', '..', 'test', 'golden', 'figures');

/**
 * Compares a picture with `test/golden/figures/<name>.png`. On a mismatch the new picture is
 * written beside it as `<name>.changed.png`; `UPDATE_GOLDEN=1` replaces the golden file.
 * @param allowed share of pixels that may differ.
 */
export async function assertGoldenPicture(
    name: string, png: Buffer, allowed: number): Promise<void> {
  const file = path.join(FOLDER, `${name}.png`);
  const changed = path.join(FOLDER, `${name}.changed.png`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(file, await sharp(png).png({compressionLevel: 9}).toBuffer());
  } else {
    const share = existsSync(file) ? await shareOf(readFileSync(file), png) : 1;
    if (share > allowed) {
      writeFileSync(changed, png);
      assert.fail(`figure "${name}" looks different from ${file} in ${(100 * share).toFixed(2)} % ` +
          `of its pixels, more than ${100 * allowed} %; look at ${changed}, and if the change is ` +
          'meant, run the tests with UPDATE_GOLDEN=1');
    }
  }
  rmSync(changed, {force: true});
}

/** A picture of another size differs everywhere. */
const shareOf = async (golden: Buffer, png: Buffer): Promise<number> => {
  const [{width, height}, now] =
      [await sharp(golden).metadata(), await sharp(png).metadata()];
  return width !== now.width || height !== now.height ? 1 :
    (await pixelDifference(golden, png)).share;
};
