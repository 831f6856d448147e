/** The items of the golden fixture `blocks`, built from the project's own layers. */
import {tf} from '../../src/backend/tf';
import {conv, dense, norm, positionalEmbedding} from '../../src/networks/layers';
import {double, halve} from '../../src/networks/ops';
import {createParameterScope} from '../../src/networks/parameters';
import type {ParameterScope, ParameterSpec, Weights} from '../../src/networks/parameters';
import {unetBlock} from '../../src/networks/unet-block';

/** A forward function of the item's inputs, images as NHWC. */
type Forward = (weights: Weights, inputs: readonly tf.Tensor[]) => tf.Tensor;

export interface GoldenBlock {
  readonly specs: readonly ParameterSpec[];
  readonly forward: Forward;
}

/** Options are those of the original constructors. */
type Options = Readonly<Record<string, any>>;
type Build = (scope: ParameterScope, options: Options) => Forward | undefined;

/** By the beginning of what the record says about the item; undefined: not covered yet. */
const BUILDERS: Readonly<Record<string, Build>> = {
  PositionalEmbedding(_, {num_channels: channels, max_positions: positions, endpoint}) {
    if (!endpoint || positions !== 10000) return undefined; // ADM's form
    // The item is [cos, sin]; the SongUNet, and so the project, swaps the halves.
    return (_weights, [labels]) => {
      const [sines, cosines] =
          tf.split(positionalEmbedding(labels as tf.Tensor1D, channels), 2, 1);
      return tf.concat([cosines!, sines!], 1);
    };
  },
  GroupNorm(scope, {num_channels: channels, eps}) {
    const layer = norm(scope, channels, eps);
    return (weights, [x]) => layer(weights, x as tf.Tensor4D);
  },
  Linear(scope, {in_features: from, out_features: to}) {
    const layer = dense(scope, {from, to});
    return (weights, [x]) => layer(weights, x as tf.Tensor2D);
  },
  'plain Conv2d': buildConv,
  'Conv2d with resampling': buildConv,
  UNetBlock(scope, options) {
    const {in_channels: from, out_channels: to, emb_channels: embedding, attention = false} =
        options;
    const isSong = options['adaptive_scale'] === false && options['resample_proj'] === true &&
        options['eps'] === 1e-6 && options['skip_scale'] === Math.SQRT1_2;
    const oneHead = !attention || options['num_heads'] === 1;
    if (!isSong || !oneHead || hasLongFilter(options)) return undefined;
    const resample = resampleOf(options);
    const block = unetBlock(scope,
        {from, to, embedding, attention, ...(resample === undefined ? {} : {resample})});
    return (weights, [x, e]) => block(weights, x as tf.Tensor4D, e as tf.Tensor2D);
  },
};

function buildConv(scope: ParameterScope, options: Options): Forward | undefined {
  const {in_channels: from, out_channels: to, kernel, fused_resample: fused = false} = options;
  const resample = resampleOf(options);
  if (hasLongFilter(options)) return undefined;
  // Fused, the convolution comes before the mean of four pixels: another map.
  if (fused && resample === 'down') return undefined;
  if (kernel === 0) {
    return (_weights, [x]) => (resample === 'up' ? double : halve)(x as tf.Tensor4D);
  }
  const layer = conv(scope, {from, to, kernel, resample});
  return (weights, [x]) => layer.apply(weights, x as tf.Tensor4D);
}

const resampleOf = ({up, down}: Options): 'up' | 'down' | undefined =>
    up ? 'up' : down ? 'down' : undefined;
const hasLongFilter = ({resample_filter: filter = [1, 1]}: Options): boolean =>
    String(filter) !== '1,1';

/** Builds an item; undefined when no part of the project covers it yet. */
export function goldenBlock(
    name: string, {what, options}: {what: string; options: Options}): GoldenBlock | undefined {
  const {specs, scope} = createParameterScope(name);
  const build = Object.entries(BUILDERS).find(([beginning]) => what.startsWith(beginning))?.[1];
  const forward = build?.(scope, options);
  return forward === undefined ? undefined : {specs, forward};
}
