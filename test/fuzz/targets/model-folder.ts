/** `loadModel`: the configuration and the weights' file of a small network. */
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {loadModel} from '../../../src/models/model-folder';
import {edmModel} from '../../../src/networks/edm-model';
import {edmConfigToJson, edmModelConfig} from '../../../src/networks/edm-options';
import {parameterCount, parametersToPyTorch} from '../../../src/networks/parameters';
import {encodeSafetensors} from '../../../src/store/safetensors';
import type {Layer, Target} from '../target';

const FILES = ['config.json', 'model.safetensors'] as const;
const common = {img_resolution: 4, img_channels: 1, model_channels: 4, channel_mult: [1],
  num_blocks: 1, attn_resolutions: []};

/** The two files of a network with these options. */
function model(precond: string, options: object): readonly [config: Buffer, weights: Buffer] {
  const config = edmModelConfig({precond, options: {...common, ...options}});
  const {parameters, buffers} = edmModel(config);
  const values = Float32Array.from({length: parameterCount(parameters)}, (_, i) => i % 7);
  return [
    Buffer.from(JSON.stringify({
      format: 'hidden-gaussian-model/1', ...edmConfigToJson(config), provenance: {made: 'by hand'},
    })),
    encodeSafetensors({
      ...parametersToPyTorch(parameters, values),
      ...Object.fromEntries(buffers.map(({name, shape, values: data}) => [name, {shape, data}])),
    }),
  ];
}

/** One input of two files: the length of the first, and both. */
function join(config: Uint8Array, weights: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(config.length);
  return Buffer.concat([length, config, weights]);
}

function layersOf([config, weights]: readonly [Buffer, Buffer]): Layer[] {
  const end = 8 + Number(weights.readBigUInt64LE());
  return [
    {name: 'config.json', seeds: [config], wrap: (bytes) => join(bytes, weights)},
    {name: 'model.safetensors', seeds: [weights], wrap: (bytes) => join(config, bytes)},
    {
      name: 'header of the weights', seeds: [weights.subarray(8, end)],
      wrap(json) {
        const length = Buffer.alloc(8);
        length.writeBigUInt64LE(BigInt(json.length));
        return join(config, Buffer.concat([length, json, weights.subarray(end)]));
      },
    },
  ];
}

export const target: Target = {
  layers: () => [
    model('EDMPrecond', {model_type: 'SongUNet', label_dim: 2}),
    model('iDDPMPrecond', {M: 20}), model('VPPrecond', {encoder_type: 'residual'}),
  ].flatMap(layersOf),
  words: ['"EDMPrecond"', '"VEPrecond"', '"SongUNet"', '"DhariwalUNet"', '"Infinity"', '[1,2]',
    '65536', '4096', '64', '12', '8192', '[256,256,256]', '[4096,2048,1024]', '"F16"', '"I64"'],
  parse(bytes, scratch) {
    const buffer = Buffer.concat([bytes, Buffer.alloc(4)]);
    const end = 4 + buffer.readUInt32LE();
    const dir = path.join(scratch, 'net');
    mkdirSync(dir);
    [bytes.subarray(4, end), bytes.subarray(end)]
        .forEach((content, i) => writeFileSync(path.join(dir, FILES[i]!), content));
    const {model: {parameters: specs, imageShape, sigmaMin, sigmaMax}, parameters} = loadModel(dir);
    assert.equal(parameters.length, parameterCount(specs), 'parameters');
    assert.ok(parameters.every(Number.isFinite), 'values that are not finite');
    assert.ok(imageShape.every((size) => Number.isInteger(size) && size >= 1), 'image shape');
    assert.ok(sigmaMin >= 0 && sigmaMax > sigmaMin, `sigmas from ${sigmaMin} to ${sigmaMax}`);
  },
  refusal: /^(SCRATCH\/net\/config\.json|net\/model\.safetensors): /,
};
