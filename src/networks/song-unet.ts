/**
 * The U-Net of DDPM++ and NCSN++ (Song et al. 2021) in EDM's form (Karras et al. 2022): parameter
 * names and shapes map one to one to EDM's `SongUNet`.
 */
import type {Tensor, Tensor1D, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {Json} from '../store/canonical';
import {dropRows} from './dropout';
import {fourierEmbedding, positionalEmbedding, swapHalves} from './embeddings';
import {xavier} from './initial';
import {conv, dense, norm, resampling} from './layers';
import type {ConvLayer, ImageLayer} from './layers';
import type {Conditions, Network} from './network';
import {silu} from './ops';
import {createParameterScope} from './parameters';
import type {ParameterScope, Weights} from './parameters';
import type {ResampleFilter} from './resample';
import {unetBlock} from './unet-block';
import type {UNetBlockStyle} from './unet-block';
import {unetLayout} from './unet-layout';
import type {BlockPlan} from './unet-layout';
import type {UNetOptions} from './unet-options';

/** Size and kind of a network of DDPM++'s or NCSN++'s family; the defaults are DDPM++. */
export interface SongUNetOptions extends UNetOptions {
  /** Size of the noise label's first embedding, likewise (default 1; NCSN++: 2). */
  readonly channelMultNoise?: number;
  /** `'positional'` (default, DDPM++) or `'fourier'` (NCSN++). */
  readonly embeddingType?: 'positional' | 'fourier';
  /** Whether the image enters each level anew: `'standard'` (default: no), `'skip'`, `'residual'`
   *  (NCSN++). */
  readonly encoderType?: 'standard' | 'skip' | 'residual';
  /** Whether each level adds to the output: `'standard'` (default: only the last one), `'skip'`. */
  readonly decoderType?: 'standard' | 'skip';
  /** Low-pass filter of the resampling (default [1, 1]; NCSN++: [1, 3, 3, 1]). */
  readonly resampleFilter?: ResampleFilter;
}

/** What all blocks have in common; EDM writes the same numbers. */
const STYLE: UNetBlockStyle = {
  eps: 1e-6, skipScale: Math.SQRT1_2, projectSkip: true, adaptiveScale: false,
  init: xavier(), initOut: xavier(1e-5), initAttention: xavier(Math.sqrt(0.2)),
};

/**
 * The U-Net of DDPM++ and NCSN++ (Song et al. 2021) in EDM's form (Karras et al. 2022, table 1):
 * its parameters have the names and shapes of EDM's `SongUNet`.
 * @param options size and kind.
 * @throws RangeError when the resolution cannot be halved at each level, or the width is odd or
 *     less than 4.
 * @example
 * const network = hg.songUNet({resolution: 28, channels: 1, modelChannels: 16});
 * console.log(network.parameters[0]!.name, hg.parameterCount(network.parameters));
 * // model.map_layer0.weight 308545
 */
export function songUNet(options: SongUNetOptions): Network {
  const complete = {
    outChannels: options.channels, channelMult: [1, 2, 2], numBlocks: 1, attentionResolutions: [],
    channelMultEmb: 4, channelMultNoise: 1, embeddingType: 'positional', encoderType: 'standard',
    decoderType: 'standard', resampleFilter: [1, 1], labelDim: 0, augmentDim: 0, dropout: 0,
    labelDropout: 0, ...options,
  } as const satisfies Required<SongUNetOptions>;
  const {resolution, channels, modelChannels, channelMultEmb, labelDim, augmentDim} = complete;
  const plan = unetLayout(
      'songUNet', {...complete, stem: modelChannels, decoderAttention: 'last'});
  const {specs, buffers, scope} = createParameterScope('model');
  const embed = noiseMapping(scope, complete);
  const block = ({name, from, to, resample, attention}: BlockPlan, side: 'enc' | 'dec') =>
    unetBlock(scope.within(`${side}.${name}`), {
      ...STYLE, from, to, resample, embedding: modelChannels * channelMultEmb,
      heads: attention ? 1 : 0, dropout: complete.dropout, filter: complete.resampleFilter,
    });

  const input = conv(scope.within(`enc.${resolution}x${resolution}_conv`),
      {from: channels, to: modelChannels, kernel: 3});
  const inputs = imageInputs(scope, complete);
  const encoder = plan.encoder.map(({side, blocks}, level) => {
    const [first, ...rest] = blocks;
    if (level === 0) return {down: undefined, blocks: blocks.map((each) => block(each, 'enc'))};
    const down = block(first!, 'enc');
    const auxiliary = inputs.declare(side, first!.to);
    return {down, auxiliary, blocks: rest.map((each) => block(each, 'enc'))};
  });
  const decoder = plan.decoder.map(({side, blocks, width}, i) => ({
    blocks: blocks.map((plan) => ({joins: plan.joins, apply: block(plan, 'dec')})),
    output: imageOutput(scope, {...complete, side, width, first: i === 0}),
  }));

  const apply: Network['apply'] = (weights, x, noiseLabels, conditions = {}) => tf.tidy(() => {
    const e = embed(weights, noiseLabels, conditions);
    const {draw} = conditions;
    let h = input.apply(weights, x);
    const kept = [h];
    let auxiliary = x;
    for (const level of encoder) {
      if (level.down !== undefined) {
        h = level.down(weights, h, e, draw);
        if (level.auxiliary !== undefined) {
          [h, auxiliary] = level.auxiliary(weights, h, auxiliary);
        }
        kept.push(h);
      }
      for (const each of level.blocks) {
        h = each(weights, h, e, draw);
        kept.push(h);
      }
    }
    let image: Tensor4D | undefined;
    for (const {blocks, output} of decoder) {
      for (const {joins, apply: each} of blocks) {
        if (joins) h = tf.concat([h, kept.pop()!], 3);
        h = each(weights, h, e, draw);
      }
      image = output?.(weights, h, image) ?? image;
    }
    return image!;
  });
  return {
    form: {kind: 'song-unet', ...complete} as unknown as Json,
    resolution, channels, labelDim, augmentDim, parameters: specs, buffers, apply,
  };
}

type Complete = Required<SongUNetOptions>;

/** From noise label and conditions to the embedding that every block sees, `[N, E]`. */
function noiseMapping(scope: ParameterScope, options: Complete):
    (weights: Weights, noiseLabels: Tensor1D, conditions: Conditions) => Tensor2D {
  const {modelChannels, channelMultEmb, channelMultNoise, embeddingType} = options;
  const {labelDim, augmentDim, labelDropout} = options;
  const [noise, embedding] = [modelChannels * channelMultNoise, modelChannels * channelMultEmb];
  const fourier = embeddingType === 'fourier' ?
    fourierEmbedding(scope.within('map_noise'), {channels: noise}) : undefined;
  const label = labelDim === 0 ? undefined :
    dense(scope.within('map_label'), {from: labelDim, to: noise});
  const augment = augmentDim === 0 ? undefined :
    dense(scope.within('map_augment'), {from: augmentDim, to: noise, bias: false});
  const map0 = dense(scope.within('map_layer0'), {from: noise, to: embedding});
  const map1 = dense(scope.within('map_layer1'), {from: embedding, to: embedding});
  return (weights, noiseLabels, {labels, augmentLabels, draw}) => {
    let e = swapHalves(fourier?.(weights, noiseLabels) ??
        positionalEmbedding(noiseLabels, {channels: noise, endpoint: true}));
    if (label !== undefined) {
      const classes = labels ?? tf.zeros<tf.Rank.R2>([noiseLabels.shape[0], labelDim]);
      const seen = dropRows(classes, {rate: labelDropout, name: 'map_label', draw});
      e = tf.add(e, label(weights, tf.mul(seen, Math.sqrt(labelDim))));
    }
    if (augment !== undefined && augmentLabels !== undefined) {
      e = tf.add(e, augment(weights, augmentLabels));
    }
    return silu(map1(weights, silu(map0(weights, e))));
  };
}

/** Adds the image, at the level's resolution, to the features; returns both. */
type ImageInput = (weights: Weights, h: Tensor4D, image: Tensor4D) => [Tensor4D, Tensor4D];

/** The image's own way into each level of the encoder, for the types that have one. */
function imageInputs(scope: ParameterScope, {channels, encoderType, resampleFilter}: Complete): {
  declare(side: number, width: number): ImageInput | undefined;
} {
  let from = channels;
  return {
    declare(side, width) {
      const name = `enc.${side}x${side}_aux`;
      const change = {resample: 'down', filter: resampleFilter} as const;
      if (encoderType === 'skip') {
        const down = resampling(scope.within(`${name}_down`), change);
        const skip = conv(scope.within(`${name}_skip`), {from, to: width, kernel: 1});
        return (weights, h, image) => {
          const small = down(image);
          return [tf.add(h, skip.apply(weights, small)), small];
        };
      }
      if (encoderType !== 'residual') return undefined;
      const residual = conv(scope.within(`${name}_residual`),
          {from, to: width, kernel: 3, fused: true, ...change});
      from = width;
      return (weights, h, image) => {
        const sum = tf.mul(tf.add(h, residual.apply(weights, image)), Math.SQRT1_2) as Tensor4D;
        return [sum, sum];
      };
    },
  };
}

interface ImageOutputOptions extends Complete {
  readonly side: number;
  readonly width: number;
  /** Whether the level is the lowest, with nothing below it. */
  readonly first: boolean;
}

/** From features, and what the levels below made, to the output image; undefined: not here. */
function imageOutput(scope: ParameterScope, options: ImageOutputOptions):
    ((weights: Weights, h: Tensor4D, below: Tensor4D | undefined) => Tensor4D) | undefined {
  const {resolution, outChannels, decoderType, resampleFilter, side, width, first} = options;
  if (decoderType === 'standard' && side !== resolution) return undefined;
  const name = `dec.${side}x${side}_aux`;
  const up = decoderType === 'standard' || first ? undefined :
    resampling(scope.within(`${name}_up`), {resample: 'up', filter: resampleFilter});
  const auxNorm = norm(scope.within(`${name}_norm`), {channels: width, eps: STYLE.eps});
  const auxConv: ConvLayer = conv(scope.within(`${name}_conv`),
      {from: width, to: outChannels, kernel: 3, init: STYLE.initOut});
  const own: ImageLayer = (weights, h) =>
    auxConv.apply(weights, auxNorm(weights, h, {silu: true}));
  return (weights, h, below) => below === undefined || up === undefined ? own(weights, h) :
    tf.add<Tensor>(own(weights, h), up(below)) as Tensor4D;
}
