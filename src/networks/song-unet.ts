/**
 * The U-Net of DDPM++ (Song et al. 2021) in EDM's form (Karras et al. 2022): parameter names and
 * shapes map one to one to EDM's `SongUNet`.
 */
import type {Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {assertInteger} from '../shapes';
import type {Json} from '../store/canonical';
import {conv, dense, norm, positionalEmbedding} from './layers';
import type {ImageLayer} from './layers';
import {silu} from './ops';
import {createParameterScope} from './parameters';
import type {ParameterSpec, Weights} from './parameters';
import {unetBlock} from './unet-block';
import type {EmbeddedLayer} from './unet-block';

export interface SongUNetOptions {
  /** Side of the square images, divisible by 2^(levels - 1). */
  readonly resolution: number;
  /** Colour channels. */
  readonly channels: number;
  /** Channels at full resolution: the width. A multiple of 4. */
  readonly modelChannels: number;
  /** Width of each level, as a multiple of `modelChannels` (default [1, 2, 2]). */
  readonly channelMult?: readonly number[];
  /** Blocks per level (default 1). */
  readonly numBlocks?: number;
  /** Resolutions with self-attention, besides the bottleneck's own (default none). */
  readonly attentionResolutions?: readonly number[];
  /** Size of the noise embedding, as a multiple of `modelChannels` (default 4). */
  readonly channelMultEmb?: number;
}

/** A network F(x; c_noise), without its parameters' values. */
export interface Network {
  /** What decides its form, as a record: identifies traced graphs on disk. */
  readonly form: Json;
  readonly parameters: readonly ParameterSpec[];
  /**
   * @param weights the parameters' values.
   * @param x scaled images, `[N, H, W, C]`.
   * @param noiseLabels c_noise of each image, `[N]`.
   * @returns a tensor shaped like x.
   */
  apply(weights: Weights, x: Tensor4D, noiseLabels: Tensor1D): Tensor4D;
}

/**
 * @throws RangeError when the resolution cannot be halved at each level, or the width is no
 *     multiple of 4.
 */
export function songUNet(options: SongUNetOptions): Network {
  const {
    resolution, channels, modelChannels, channelMult = [1, 2, 2], numBlocks = 1,
    attentionResolutions = [], channelMultEmb = 4,
  } = options;
  checkOptions(resolution, modelChannels, channelMult);
  const {specs, scope} = createParameterScope('model');
  const embedding = modelChannels * channelMultEmb;
  const hasAttention = (side: number): boolean => attentionResolutions.includes(side);
  const map0 = dense(scope.within('map_layer0'), {from: modelChannels, to: embedding});
  const map1 = dense(scope.within('map_layer1'), {from: embedding, to: embedding});

  const sides = channelMult.map((_, level) => resolution >> level);
  const widths = channelMult.map((mult) => mult * modelChannels);
  const input = conv(scope.within(`enc.${resolution}x${resolution}_conv`),
      {from: channels, to: modelChannels, kernel: 3});
  const encoder: EmbeddedLayer[] = [];
  const skips = [modelChannels];
  let width = modelChannels;
  sides.forEach((side, level) => {
    const name = `enc.${side}x${side}`;
    if (level > 0) {
      encoder.push(unetBlock(scope.within(`${name}_down`),
          {from: width, to: width, embedding, resample: 'down'}));
      skips.push(width);
    }
    for (let i = 0; i < numBlocks; i++) {
      const to = widths[level]!;
      encoder.push(unetBlock(scope.within(`${name}_block${i}`),
          {from: width, to, embedding, attention: hasAttention(side)}));
      width = to;
      skips.push(width);
    }
  });

  const decoder: Array<{readonly block: EmbeddedLayer; readonly joins: boolean}> = [];
  for (let level = sides.length - 1; level >= 0; level--) {
    const side = sides[level]!;
    const name = `dec.${side}x${side}`;
    const same = {from: width, to: width, embedding};
    if (level === sides.length - 1) {
      decoder.push(
          {block: unetBlock(scope.within(`${name}_in0`), {...same, attention: true}), joins: false},
          {block: unetBlock(scope.within(`${name}_in1`), same), joins: false});
    } else {
      decoder.push(
          {block: unetBlock(scope.within(`${name}_up`), {...same, resample: 'up'}), joins: false});
    }
    for (let i = 0; i <= numBlocks; i++) {
      const from = width + skips.pop()!;
      width = widths[level]!;
      const attention = i === numBlocks && hasAttention(side);
      decoder.push({
        block: unetBlock(
            scope.within(`${name}_block${i}`), {from, to: width, embedding, attention}),
        joins: true,
      });
    }
  }
  const output = outputLayer(`dec.${resolution}x${resolution}`, width);

  function outputLayer(name: string, from: number): ImageLayer {
    const auxNorm = norm(scope.within(`${name}_aux_norm`), from, 1e-6);
    const auxConv = conv(scope.within(`${name}_aux_conv`),
        {from, to: channels, kernel: 3, initWeight: 1e-5});
    return (weights, x) => auxConv.apply(weights, auxNorm(weights, x, {silu: true}));
  }

  const apply: Network['apply'] = (weights, x, noiseLabels) => tf.tidy(() => {
    const embedded = positionalEmbedding(noiseLabels, modelChannels);
    const e = silu(map1(weights, silu(map0(weights, embedded))));
    let h = input.apply(weights, x);
    const kept = [h];
    for (const block of encoder) {
      h = block(weights, h, e);
      kept.push(h);
    }
    for (const {block, joins} of decoder) {
      if (joins) h = tf.concat([h, kept.pop()!], 3);
      h = block(weights, h, e);
    }
    return output(weights, h);
  });
  const form = {
    kind: 'song-unet', resolution, channels, modelChannels, channelMult, numBlocks,
    attentionResolutions, channelMultEmb,
  };
  return {form, parameters: specs, apply};
}

function checkOptions(
    resolution: number, modelChannels: number, channelMult: readonly number[]): void {
  assertInteger('songUNet', 'resolution', resolution, 1);
  if (!Number.isInteger(modelChannels / 4) || modelChannels < 4) {
    throw new RangeError(
        `songUNet: expected \`modelChannels\` to be a multiple of 4, got ${modelChannels}`);
  }
  const factor = 2 ** (channelMult.length - 1);
  if (channelMult.length === 0 || resolution % factor !== 0) {
    throw new RangeError(`songUNet: expected a resolution divisible by ${factor} ` +
        `(${channelMult.length} levels), got ${resolution}`);
  }
}
