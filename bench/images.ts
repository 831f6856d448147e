/** Images to measure with: Fashion-MNIST where it is in data/, else smooth ones with noise. */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {createRng} from '../src/backend/rng';
import {createDataset} from '../src/data/dataset';
import {FASHION_MNIST_FILES, loadFashionMnist} from '../src/data/fashion-mnist';
import {projectPaths} from '../src/paths';
import type {Dataset, ImageShape} from '../src/types';

export interface BenchImages {
  readonly dataset: Dataset;
  /** `'Fashion-MNIST'` or `'synthetic images'`, for the notes. */
  readonly source: string;
}

/** Waves that an image is a sum of. */
const WAVES = 6;
/** Bytes of noise on every pixel. */
const NOISE = 8;

/** `count` images of `shape`, the same ones every time. */
export function benchImages(count: number, shape: ImageShape): BenchImages {
  const {fashionMnist} = projectPaths();
  const present = existsSync(path.join(fashionMnist, FASHION_MNIST_FILES.trainImages.name));
  if (!present || shape.join() !== '28,28,1' || count > 70_000) {
    return {dataset: syntheticImages(count, shape), source: 'synthetic images'};
  }
  const {train, heldOut} = loadFashionMnist({dir: fashionMnist});
  const images = new Uint8Array(count * 784);
  images.set(train.images.subarray(0, images.length));
  if (images.length > train.images.length) { // Training images first, then those of the test set.
    images.set(heldOut.images.subarray(0, images.length - train.images.length),
        train.images.length);
  }
  return {
    dataset: createDataset({name: 'bench', images, imageShape: shape}),
    source: 'Fashion-MNIST',
  };
}

/** Sums of waves of random direction and phase, clipped, with a little noise on every pixel. */
function syntheticImages(count: number, shape: ImageShape): Dataset {
  const [H, W, C] = shape;
  const rng = createRng(0).fork('bench-images');
  const images = new Uint8Array(count * H * W * C);
  // Rounded uniform noise from a multiplicative congruential generator: fast, and the same always.
  let state = 1;
  const noise = (): number => (state = state * 48271 % 0x7fffffff) / 0x7fffffff - 0.5;
  for (let n = 0, at = 0; n < count; n++) {
    const waves = Array.from({length: WAVES}, (_, k) => {
      const size = 60 / (k + 1);
      const angle = 2 * Math.PI * rng.uniform();
      const frequency = (k + 1) * 2 * Math.PI / (2 * H);
      return {
        size, fx: Math.cos(angle) * frequency, fy: Math.sin(angle) * frequency,
        phase: 2 * Math.PI * rng.uniform(),
      };
    });
    for (let y = 0; y < H; y++) {
      for (let x = 0; x < W; x++) {
        let value = 110;
        for (const {size, fx, fy, phase} of waves) {
          value += size * Math.sin(fx * x + fy * y + phase);
        }
        for (let c = 0; c < C; c++, at++) {
          images[at] = Math.min(Math.max(value + 20 * c + NOISE * noise(), 0), 255);
        }
      }
    }
  }
  return createDataset({name: 'bench', images, imageShape: shape});
}
