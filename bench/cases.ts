/** All cases by id, at full size and, for a try of the machinery, at a small one. */
import {gaussianStatsCase, multiDeltaCase} from './denoiser-cases';
import {runLinear} from './linear-case';
import {heunCase, trainingCase} from './network-cases';
import {runPaired} from './paired';
import type {PairedCase, RunOptions} from './paired';
import {runMemory, runPeak, runStart} from './plain-cases';
import type {Result} from './results';

export interface Case {
  readonly id: string;
  /** Timed turns unless the command line says otherwise. */
  readonly reps: number;
  /** Whether its result is put in relation to the peak. */
  readonly needsPeak: boolean;
  run(options: RunOptions): Promise<Result>;
}

export interface CaseOptions {
  /** Small sizes: shows that everything runs, the numbers mean nothing. */
  readonly quick: boolean;
  /** Seconds that the paper's Adam gets in the linear distillation. */
  readonly adamSeconds: number;
}

/** The cases in the order of the table. */
export function allCases({quick, adamSeconds}: CaseOptions): readonly Case[] {
  const pick = <T>(full: T, small: T): T => quick ? small : full;
  const paired = (chosen: PairedCase, reps: number, needsPeak: boolean): Case =>
    ({id: chosen.id, reps, needsPeak, run: (options) => runPaired(chosen, options)});
  const plain = (id: string, reps: number, run: Case['run']): Case =>
    ({id, reps, needsPeak: false, run});
  const training = (
      resolution: number, channels: number, width: number, inner: number, aim: number): Case =>
    paired(trainingCase({
      id: `train-${resolution}x${channels}-w${width}`, resolution, channels,
      width: pick(width, 8), batch: pick(64, 8), inner: pick(inner, 1), target: 1, aim,
    }), 15, true);
  const small = {resolution: 8, channels: 1, width: 8, batch: 16};
  return [
    plain('peak', 7, runPeak),
    training(28, 1, 16, 4, 1.4), training(28, 1, 32, 2, 1.4), training(32, 3, 64, 1, 1.2),
    paired(heunCase({count: pick(256, 8), steps: pick(18, 3)}), 9, true),
    paired(multiDeltaCase({
      count: pick(60_000, 1000), queries: pick(256, 16), sigmas: 10, checked: 8,
    }), 5, false),
    paired(gaussianStatsCase({count: pick(60_000, 2000)}), 9, false),
    plain('linear', 5, (options) => runLinear({
      seconds: adamSeconds, count: pick(5000, 512), heldOut: pick(1024, 256),
      trainingSteps: pick(300, 5), samples: [1024, 2048, 4096, 8192, 16 * 784, 32 * 784],
    }, options)),
    plain('memory', 1, (options) => runMemory(
        {...small, id: 'memory'}, {from: pick(200, 20), to: pick(5000, 100)}, options)),
    plain('memory-28', 1, (options) => runMemory(
        {resolution: 28, channels: 1, width: 16, batch: 64, id: 'memory-28'},
        {from: pick(200, 5), to: pick(1000, 10)}, options)),
    plain('start', 1, (options) => runStart(
        {resolution: 28, channels: 1, width: 16, batch: 64, id: 'start'}, options)),
  ];
}
