import assert from 'node:assert/strict';
import {test} from 'node:test';
import {edmConfigToJson, edmModelConfig} from '../../src/networks/edm-options';

const images = {img_resolution: 32, img_channels: 3};

test('what is not said is as in EDM\'s constructors', () => {
  assert.deepEqual(edmModelConfig({precond: 'EDMPrecond', options: images}), {
    precond: 'EDMPrecond',
    options: {
      ...images, label_dim: 0, use_fp16: false, sigma_min: 0, sigma_max: Infinity,
      sigma_data: 0.5, model_type: 'DhariwalUNet', augment_dim: 0, model_channels: 192,
      channel_mult: [1, 2, 3, 4], channel_mult_emb: 4, num_blocks: 3,
      attn_resolutions: [32, 16, 8], dropout: 0.1, label_dropout: 0,
    },
  });
  assert.deepEqual(edmModelConfig({precond: 'VPPrecond', options: images}).options, {
    ...images, label_dim: 0, use_fp16: false, beta_d: 19.9, beta_min: 0.1, M: 1000,
    epsilon_t: 1e-5, model_type: 'SongUNet', augment_dim: 0, model_channels: 128,
    channel_mult: [1, 2, 2, 2], channel_mult_emb: 4, num_blocks: 4, attn_resolutions: [16],
    dropout: 0.1, label_dropout: 0, embedding_type: 'positional', channel_mult_noise: 1,
    encoder_type: 'standard', decoder_type: 'standard', resample_filter: [1, 1],
  });
  const typeOf = (precond: string) =>
    edmModelConfig({precond, options: images}).options.model_type;
  assert.deepEqual(['VEPrecond', 'iDDPMPrecond'].map(typeOf), ['SongUNet', 'DhariwalUNet']);
});

test('a record goes through JSON and back, infinity too', () => {
  for (const precond of ['EDMPrecond', 'VPPrecond', 'VEPrecond', 'iDDPMPrecond']) {
    const config = edmModelConfig({precond, options: images});
    assert.deepEqual(edmModelConfig(JSON.parse(JSON.stringify(edmConfigToJson(config)))), config);
  }
});

test('all that is wrong is named at once', () => {
  const message = (value: unknown): string => {
    try {
      edmModelConfig(value);
    } catch (error) {
      assert.ok(error instanceof RangeError);
      assert.ok(!error.message.includes('\n'), error.message);
      return error.message;
    }
    return assert.fail('was accepted');
  };
  const bad = message({precond: 'EDMPrecond', options: {
    img_resolution: 0, model_type: 'SongUNet', num_blocks: 1e9, colour: 'red', dropout: 1,
    encoder_type: 'none', sigma_max: 'large',
  }});
  for (const name of ['img_resolution', 'img_channels', 'num_blocks', 'colour', 'dropout',
    'encoder_type', 'sigma_max']) {
    assert.ok(bad.includes(name), `${name} in ${bad}`);
  }
  assert.match(message({precond: 'Precond', options: {}}), /precond/);
  assert.match(message({precond: 'EDMPrecond'}), /options/);
  assert.match(message(null), /edmModelConfig/);
  assert.match(message({precond: 'EDMPrecond', options: {...images, model_type: 'DiT'}}),
      /`model_type` to be SongUNet or DhariwalUNet, got "DiT"/);
  assert.match(message({precond: 'VEPrecond', options: {...images, sigma_data: 0.5}}),
      /sigma_data/, 'an option of another preconditioning');
});
