/**
 * Writes a data set zip the size of FFHQ-64 (70,000 images of 64x64x3) to measure loading and the
 * Gaussian with, without a download. The images are sums of random grids, twice as fine and half
 * as strong from one to the next, so their spectrum falls with frequency as that of photographs
 * does; the finest grid has a value for each pixel, so their covariance has full rank.
 *
 *   node dist/bench/synthetic-zip.js faces.zip          # 70,000 images, minutes, 0.9 GB
 *   node dist/bench/synthetic-zip.js small.zip 1000 32  # 1,000 images of 32x32
 */
import type {ImageCollection} from '../src/data/image-collection';
import {writeImageZip} from '../src/data/write-image-zip';
import {terminalProgress} from '../src/progress/terminal-progress';

/** How strong the grids of brightness and of each colour are; bytes at the coarsest. */
const BRIGHTNESS = 150;
const COLOUR = 50;

/** `count` images `[size, size, 3]`, `size` a power of two; image i is the same every time. */
function syntheticCollection(count: number, size: number): ImageCollection {
  return {
    name: `synthetic-${size}`, count, imageShape: [size, size, 3], atOnce: 4,
    image: async (i) => syntheticImage(i, size), close: () => {},
  };
}

function syntheticImage(seed: number, size: number): Uint8Array {
  const uniform = generator(seed);
  const brightness = field(size, BRIGHTNESS, uniform);
  const pixels = new Uint8Array(size * size * 3);
  for (let c = 0; c < 3; c++) {
    const colour = field(size, COLOUR, uniform);
    for (let i = 0; i < size * size; i++) {
      pixels[3 * i + c] = Math.min(Math.max(128 + brightness[i]! + colour[i]!, 0), 255);
    }
  }
  return pixels;
}

/** The sum of bilinear random grids of 2, 4, …, `size` cells, `[size, size]`. */
function field(size: number, strength: number, uniform: () => number): Float32Array {
  const sum = new Float32Array(size * size);
  for (let cells = 2; cells <= size; cells *= 2) {
    const side = cells + 1;
    const grid = Float32Array.from({length: side * side}, () => 2 * uniform() - 1);
    const [step, scale] = [cells / size, strength * 2 / cells];
    for (let y = 0, at = 0; y < size; y++) {
      const row = Math.floor(y * step) * side;
      const v = (y * step) % 1;
      for (let x = 0; x < size; x++, at++) {
        const corner = row + Math.floor(x * step);
        const u = (x * step) % 1;
        const top = grid[corner]! + u * (grid[corner + 1]! - grid[corner]!);
        const below = corner + side;
        const bottom = grid[below]! + u * (grid[below + 1]! - grid[below]!);
        sum[at]! += scale * (top + v * (bottom - top));
      }
    }
  }
  return sum;
}

/** Uniform numbers from a 32-bit mix of a counter: fast, and independent from seed to seed. */
function generator(seed: number): () => number {
  let counter = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    counter = (counter + 0x6d2b79f5) | 0;
    let word = Math.imul(counter ^ counter >>> 15, counter | 1);
    word ^= word + Math.imul(word ^ word >>> 7, word | 61);
    return ((word ^ word >>> 14) >>> 0) / 2 ** 32;
  };
}

const [file, count = '70000', size = '64'] = process.argv.slice(2);
if (file === undefined) {
  console.error('synthetic-zip: expected the name of the zip to write');
  process.exitCode = 1;
} else {
  void writeImageZip(syntheticCollection(Number(count), Number(size)), file, terminalProgress());
}
