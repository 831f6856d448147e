/** A tiny run on a folder of images of its own, for tests of reports and their commands. */
import {mkdirSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {encodePng} from '../../src/figures/encode-images';
import {trainOnImages} from '../../src/experiments/train-on-images';
import type {OwnTraining} from '../../src/experiments/train-on-images';
import type {TrainRun} from '../../src/experiments/train-run';
import {tinyDataset} from '../tiny-dataset';

/** What is measured in tests: the least that gives every interval. */
export const TINY_MEASURES = {
  linearityPoints: 5, pairs: 6, comparisonImages: 8, samples: 6, samplingSteps: 4,
  linearFitSamples: 80,
} as const;

/** Writes `count` grey images of 8x8 pixels, `image-00.png` and so on. */
export function writeImages(folder: string, count: number, seed: number, side = 8): string {
  mkdirSync(folder, {recursive: true});
  const {images} = tinyDataset(count, [side, side, 1], seed);
  for (let i = 0; i < count; i++) {
    const pixels = images.slice(i * side * side, (i + 1) * side * side);
    writeFileSync(path.join(folder, `image-${String(i).padStart(2, '0')}.png`),
        encodePng({width: side, height: side, channels: 1, pixels}));
  }
  return folder;
}

export const TINY_TRAINING: OwnTraining = {steps: 12, width: 4, batchSize: 4, checkpoints: 4};

/** Trains on 20 images below `root`, 8 of them held out. */
export async function tinyRun(root: string, heldOut: number | undefined = 8): Promise<TrainRun> {
  const source = writeImages(path.join(root, 'shapes'), 20, 1);
  return trainOnImages({source, heldOut},
      {training: TINY_TRAINING, runs: path.join(root, 'runs'), warn: () => {}});
}
