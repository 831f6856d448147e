/** A worker that trains and reports its memory: for long trainings, and for the start of one. */
import {randomFillSync} from 'node:crypto';
import {byteTensor} from '../src/backend/bytes';
import {tf} from '../src/backend/tf';
import {trace} from '../src/backend/trace';
import {initialTrainState, trainStep} from '../src/training/train-step';
import type {NetworkConfig} from './network-config';
import {imageShapeOf, initialWeights, modelOf, stepOptions} from './network-setup';
import {serve} from './worker';

interface Config extends NetworkConfig {
  readonly batch: number;
}

const COUNT = 4096;
/** As training does it. */
const STEPS_PER_CALL = 10;

serve<Config>((config) => {
  const shape = imageShapeOf(config);
  const model = modelOf(config);
  const weights = initialWeights(model.network);
  const images = randomFillSync(new Uint8Array(COUNT * shape[0] * shape[1] * shape[2]));
  const bytes = byteTensor(images, [COUNT, ...shape]);
  const step = trace('train', trainStep(stepOptions(model, config.batch)), {
    state: {...initialTrainState(weights), bytes},
    cache: {model: model.form, batch: config.batch},
  });
  tf.dispose([weights, bytes]);
  return {
    /** Trains on; the numbers are those after the last step. */
    steps({count}) {
      for (let left = count as number; left > 0; left -= STEPS_PER_CALL) {
        const {loss} = step.run({}, {steps: Math.min(left, STEPS_PER_CALL)});
        loss!.dataSync();
        loss!.dispose();
      }
      return {rss: process.memoryUsage().rss / 2 ** 20, tensors: tf.memory().numTensors};
    },
  };
});
