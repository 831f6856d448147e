/** The cases with a network: training steps and sampling. */
import {readArrays, relativeDistance} from './arrays';
import {TRAINING} from './network-config';
import type {NetworkConfig} from './network-config';
import type {PairedCase, Verdict} from './paired';
import type {SideSpec} from './side';
import type {Answer} from './worker';

interface TrainingOptions extends NetworkConfig {
  readonly id: string;
  readonly batch: number;
  /** Steps of one timed turn. */
  readonly inner: number;
  readonly target: number;
  readonly aim: number;
}

/** A training step on a batch drawn from resident images, with Adam and the average. */
export function trainingCase({id, inner, target, aim, ...options}: TrainingOptions): PairedCase {
  const {resolution, channels, width, batch} = options;
  const config = {...options, ...TRAINING, inner, count: 4096, eager: false};
  const torch = (mode: string): SideSpec => ({
    name: `torch-${mode}`, label: `PyTorch ${mode}`, program: 'training', runtime: 'python',
    config: {...config, mode},
  });
  return {
    id, title: `training step, ${resolution}x${resolution}x${channels}, width ${width}, ` +
        `batch ${batch}`,
    sides: [
      {name: 'ours', label: 'ours', program: 'training', runtime: 'node', config},
      torch('eager'), torch('compile'),
      {
        name: 'tfjs', label: 'tfjs-node eager', program: 'training', runtime: 'node',
        config: {...config, eager: true}, env: {HIDDEN_GAUSSIAN_NATIVE: '0'},
      },
    ],
    comparisons: [
      {against: 'PyTorch', target, aim}, {against: 'tfjs-node', target: 2.5, aim: 4},
    ],
    judge: judgeTraining,
  };
}

/** Loss and gradient of the same weights, batch, sigma and noise. */
function judgeTraining(answers: Readonly<Record<string, Answer>>): Verdict {
  const numberOf = (name: string, key: string): number => answers[name]![key] as number;
  const relative = (name: string, key: string): number =>
    Math.abs(numberOf(name, key) / numberOf('ours', key) - 1);
  return {
    what: 'loss and size of the gradient for the same weights, batch, sigma and noise, relative',
    tolerance: 1e-4,
    deviations: Object.fromEntries(Object.keys(answers).map((name) =>
      [name, Math.max(relative(name, 'loss'), relative(name, 'gradientNorm'))])),
  };
}

/** Heun's method, 18 steps, all images at once. */
export function heunCase({count, steps}: {readonly count: number; readonly steps: number}):
    PairedCase {
  const config = {resolution: 28, channels: 1, width: 16, count, steps, chunk: 128};
  const torch = (mode: string): SideSpec => ({
    name: `torch-${mode}`, label: `PyTorch ${mode}`, program: 'heun', runtime: 'python',
    config: {...config, mode},
  });
  return {
    id: 'heun', title: `Heun sampler, ${steps} steps, ${count} images 28x28, width 16`,
    sides: [
      {name: 'ours', label: 'ours', program: 'heun', runtime: 'node', config},
      torch('eager'), torch('compile'),
    ],
    comparisons: [{against: 'PyTorch', target: 1, aim: 1.4}],
    judge: (answers, folder) => {
      const samplesOf = (name: string) => readArrays(folder, name)('samples').data;
      return {
        what: 'samples from the same noise and weights, relative distance',
        tolerance: 1e-3,
        deviations: Object.fromEntries(Object.keys(answers).map((name) =>
          [name, relativeDistance(samplesOf(name), samplesOf('ours'))])),
      };
    },
    notes: ['PyTorch evaluates 128 images a call, in inference mode; compiled with frozen weights'],
  };
}
