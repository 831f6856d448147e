/**
 * The U-Net of ADM (Dhariwal, Nichol 2021) in EDM's form (Karras et al. 2022): parameter names and
 * shapes map one to one to EDM's `DhariwalUNet`.
 */
import type {Tensor1D, Tensor2D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {Json} from '../store/canonical';
import {dropRows} from './dropout';
import {positionalEmbedding} from './embeddings';
import {kaiming, kaimingNormal, zeros} from './initial';
import {conv, dense, norm} from './layers';
import type {Conditions, Network} from './network';
import {silu} from './ops';
import {createParameterScope} from './parameters';
import type {ParameterScope, Weights} from './parameters';
import {unetBlock} from './unet-block';
import type {EmbeddedLayer, UNetBlockStyle} from './unet-block';
import {unetLayout} from './unet-layout';
import type {BlockPlan} from './unet-layout';
import type {UNetOptions} from './unet-options';

/** Size of a network of ADM's form. */
export type DhariwalUNetOptions = UNetOptions;

const INIT = kaiming(Math.sqrt(1 / 3));
/** What all blocks have in common; EDM writes the same numbers. */
const STYLE: UNetBlockStyle = {
  eps: 1e-5, skipScale: 1, projectSkip: false, adaptiveScale: true,
  init: INIT, initOut: zeros, initAttention: INIT,
};
/** Attention has a head for so many channels: below 64 channels it has none, and is left out. */
const CHANNELS_PER_HEAD = 64;

/**
 * The U-Net of ADM (Dhariwal, Nichol 2021) in EDM's form (Karras et al. 2022): its parameters have
 * the names and shapes of EDM's `DhariwalUNet`.
 * @param options its size.
 * @throws RangeError when the resolution cannot be halved at each level, or the width is odd or
 *     less than 4.
 * @example
 * const network = hg.dhariwalUNet({
 *   resolution: 16, channels: 3, modelChannels: 8, channelMult: [1, 2], numBlocks: 1});
 * console.log(network.parameters.at(-1)!.name, hg.parameterCount(network.parameters));
 * // model.out_conv.bias 48795
 */
export function dhariwalUNet(options: DhariwalUNetOptions): Network {
  const complete = {
    outChannels: options.channels, channelMult: [1, 2, 3, 4], numBlocks: 3,
    attentionResolutions: [32, 16, 8], channelMultEmb: 4, labelDim: 0, augmentDim: 0, dropout: 0,
    labelDropout: 0, ...options,
  } as const satisfies Required<DhariwalUNetOptions>;
  const {resolution, channels, outChannels, modelChannels, labelDim, augmentDim} = complete;
  const stem = modelChannels * (complete.channelMult[0] ?? 1);
  const plan = unetLayout('dhariwalUNet', {...complete, stem, decoderAttention: 'all'});
  const {specs, buffers, scope} = createParameterScope('model');
  const embed = noiseMapping(scope, complete);
  const block = ({name, from, to, resample, attention}: BlockPlan, side: 'enc' | 'dec') =>
    unetBlock(scope.within(`${side}.${name}`), {
      ...STYLE, from, to, resample, embedding: modelChannels * complete.channelMultEmb,
      heads: attention ? Math.floor(to / CHANNELS_PER_HEAD) : 0, dropout: complete.dropout,
    });

  const input = conv(scope.within(`enc.${resolution}x${resolution}_conv`),
      {from: channels, to: stem, kernel: 3, init: INIT});
  const encoder: EmbeddedLayer[] = plan.encoder.flatMap(
      ({blocks}) => blocks.map((each) => block(each, 'enc')));
  const decoder = plan.decoder.flatMap(
      ({blocks}) => blocks.map((each) => ({joins: each.joins, apply: block(each, 'dec')})));
  const {width} = plan.decoder.at(-1)!;
  const outNorm = norm(scope.within('out_norm'), {channels: width, eps: STYLE.eps});
  const outConv = conv(scope.within('out_conv'),
      {from: width, to: outChannels, kernel: 3, init: zeros});

  const apply: Network['apply'] = (weights, x, noiseLabels, conditions = {}) => tf.tidy(() => {
    const e = embed(weights, noiseLabels, conditions);
    const {draw} = conditions;
    let h = input.apply(weights, x);
    const kept = [h];
    for (const each of encoder) {
      h = each(weights, h, e, draw);
      kept.push(h);
    }
    for (const {joins, apply: each} of decoder) {
      if (joins) h = tf.concat([h, kept.pop()!], 3);
      h = each(weights, h, e, draw);
    }
    return outConv.apply(weights, outNorm(weights, h, {silu: true}));
  });
  return {
    form: {kind: 'dhariwal-unet', ...complete} as unknown as Json,
    resolution, channels, labelDim, augmentDim, parameters: specs, buffers, apply,
  };
}

/** From noise label and conditions to the embedding that every block sees, `[N, E]`. */
function noiseMapping(scope: ParameterScope, options: Required<DhariwalUNetOptions>):
    (weights: Weights, noiseLabels: Tensor1D, conditions: Conditions) => Tensor2D {
  const {modelChannels, channelMultEmb, labelDim, augmentDim, labelDropout} = options;
  const embedding = modelChannels * channelMultEmb;
  const augment = augmentDim === 0 ? undefined : dense(scope.within('map_augment'),
      {from: augmentDim, to: modelChannels, bias: false, init: zeros});
  const map0 = dense(
      scope.within('map_layer0'), {from: modelChannels, to: embedding, init: INIT});
  const map1 = dense(scope.within('map_layer1'), {from: embedding, to: embedding, init: INIT});
  const label = labelDim === 0 ? undefined : dense(scope.within('map_label'),
      {from: labelDim, to: embedding, bias: false, init: kaimingNormal(Math.sqrt(labelDim))});
  return (weights, noiseLabels, {labels, augmentLabels, draw}) => {
    let e = positionalEmbedding(noiseLabels, {channels: modelChannels, endpoint: false});
    if (augment !== undefined && augmentLabels !== undefined) {
      e = tf.add(e, augment(weights, augmentLabels));
    }
    e = map1(weights, silu(map0(weights, e)));
    if (label !== undefined && labels !== undefined) {
      const seen = dropRows(labels, {rate: labelDropout, name: 'map_label', draw});
      e = tf.add(e, label(weights, seen));
    }
    return silu(e);
  };
}
