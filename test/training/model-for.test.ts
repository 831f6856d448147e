import assert from 'node:assert/strict';
import {test} from 'node:test';
import {byteTensor} from '../../src/backend/bytes';
import {createRng} from '../../src/backend/rng';
import {trace} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {initialParameters} from '../../src/networks/parameters';
import {modelFor} from '../../src/training/model-for';
import {trainOptions} from '../../src/training/options';
import {initialTrainState, trainStep} from '../../src/training/train-step';
import type {TrainState} from '../../src/training/train-step';
import {tinyDataset} from '../tiny-dataset';

const SMALL = {width: 4, channelMult: [1, 2], steps: 1};

test('an architecture is the record that EDM\'s own training script makes', () => {
  const optionsOf = (architecture: 'ddpmpp' | 'ncsnpp' | 'adm') =>
    modelFor(trainOptions({...SMALL, architecture, sigmaData: 0.4}), [8, 8, 3]).config;
  const {precond, options} = optionsOf('ncsnpp');
  assert.equal(precond, 'EDMPrecond');
  assert.deepEqual(options, {
    model_type: 'SongUNet', embedding_type: 'fourier', encoder_type: 'residual',
    decoder_type: 'standard', channel_mult_noise: 2, resample_filter: [1, 3, 3, 1],
    channel_mult_emb: 4, img_resolution: 8, img_channels: 3, model_channels: 4,
    channel_mult: [1, 2], num_blocks: 1, attn_resolutions: [], dropout: 0, label_dropout: 0,
    label_dim: 0, augment_dim: 0, use_fp16: false, sigma_min: 0, sigma_max: Infinity,
    sigma_data: 0.4,
  });
  assert.equal(optionsOf('ddpmpp').options.model_type, 'SongUNet');
  assert.equal(optionsOf('adm').options.model_type, 'DhariwalUNet');
});

for (const architecture of ['ddpmpp', 'ncsnpp', 'adm'] as const) {
  test(`${architecture} trains: with Adam the loss on one batch falls`, () => {
    const model = modelFor(trainOptions({...SMALL, architecture}), [8, 8, 1]);
    const set = tinyDataset(4, [8, 8, 1], 1);
    const weights = initialParameters(model.parameters, createRng(0));
    const step = trace('step', trainStep({
      model, batchSize: 4, pMean: -1.2, pStd: 1.2, sigmaData: 0.5,
      adam: {learningRate: 1e-2, rampImages: 100, beta1: 0.9, beta2: 0.999, eps: 1e-8},
      ema: {halfLifeImages: 10, rampRatio: 0.5},
      streams: {batch: 1, sigma: 2, noise: 3, dropout: 4},
    }), {state: {...initialTrainState(weights), bytes: byteTensor(set.images, [4, 8, 8, 1])}});
    const {loss} = step.run({}, {steps: 300});
    const losses = Array.from(loss!.dataSync());
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    assert.ok(mean(losses.slice(-30)) < 0.85 * mean(losses.slice(0, 30)),
        `${mean(losses.slice(0, 30))} -> ${mean(losses.slice(-30))}`);
    // What is never trained stays as it was, in the average too.
    const last = step.readState() as TrainState;
    let offset = 0;
    for (const {shape, fixed} of model.parameters) {
      const size = shape.reduce((a, b) => a * b, 1);
      if (fixed) {
        const part = (vector: tf.Tensor1D) => [...vector.dataSync().slice(offset, offset + size)];
        assert.deepEqual(part(last.weights), part(weights));
        assert.deepEqual(part(last.average), part(weights));
      }
      offset += size;
    }
    tf.dispose([last, loss!, weights]);
    step.dispose();
  });
}
