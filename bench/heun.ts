/** Our side of sampling: Heun's method with the network as a traced denoiser. */
import {createRng} from '../src/backend/rng';
import {tf} from '../src/backend/tf';
import {networkDenoiser} from '../src/denoisers/network';
import {forwardFlops} from '../src/networks/cost';
import {sampleHeun} from '../src/sampling/heun';
import {karrasSchedule} from '../src/sampling/schedule';
import {startNoise} from '../src/sampling/start-noise';
import {writeArrays} from './arrays';
import type {NetworkConfig} from './network-config';
import {checkWeights, exportWeights, imageShapeOf, modelOf} from './network-setup';
import {serve, timed} from './worker';

interface Config extends NetworkConfig {
  readonly folder: string;
  readonly name: string;
  readonly count: number;
  readonly steps: number;
}

serve<Config>((config) => {
  const {folder, name, count, steps} = config;
  const imageShape = imageShapeOf(config);
  const model = modelOf(config);
  const {network} = model;
  const weights = checkWeights(network);
  exportWeights(folder, 'check-weights', network, weights);
  const schedule = karrasSchedule({steps});
  const noise = startNoise(count, imageShape, createRng(0));
  writeArrays(folder, 'noise', {
    noise: {shape: [count, ...imageShape], data: noise},
    schedule: {shape: [schedule.length], data: schedule},
  });
  const denoiser = networkDenoiser(model, Float32Array.from(weights.dataSync()));
  tf.dispose(weights);
  const sample = () => sampleHeun(denoiser, noise, schedule);
  return {
    go: () => timed(sample),
    async check() {
      const {samples} = await sample();
      writeArrays(folder, name, {samples: {shape: [count, ...imageShape], data: samples}});
      return {flops: (2 * steps - 1) * count * forwardFlops(network.parameters)};
    },
  };
});
