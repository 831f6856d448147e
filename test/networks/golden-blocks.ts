/** The items of the golden fixture `blocks`, built from the project's own layers. */
import {tf} from '../../src/backend/tf';
import {fourierEmbedding, positionalEmbedding} from '../../src/networks/embeddings';
import {xavier} from '../../src/networks/initial';
import {conv, dense, norm, resampling} from '../../src/networks/layers';
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
type Build = (scope: ParameterScope, options: Options) => Forward;

/** By the beginning of what the record says about the item. */
const BUILDERS: Readonly<Record<string, Build>> = {
  PositionalEmbedding(_, {num_channels: channels, max_positions: maxPositions, endpoint = false}) {
    return (_weights, [labels]) =>
      positionalEmbedding(labels as tf.Tensor1D, {channels, maxPositions, endpoint});
  },
  FourierEmbedding(scope, {num_channels: channels, scale}) {
    const layer = fourierEmbedding(scope, {channels, scale});
    return (weights, [labels]) => layer(weights, labels as tf.Tensor1D);
  },
  GroupNorm(scope, {num_channels: channels, eps}) {
    const layer = norm(scope, {channels, eps});
    return (weights, [x]) => layer(weights, x as tf.Tensor4D);
  },
  Linear(scope, {in_features: from, out_features: to}) {
    const layer = dense(scope, {from, to});
    return (weights, [x]) => layer(weights, x as tf.Tensor2D);
  },
  'plain Conv2d': buildConv,
  'Conv2d with resampling': buildConv,
  UNetBlock(scope, options) {
    const {
      in_channels: from, out_channels: to, emb_channels: embedding, attention = false,
      num_heads: heads, channels_per_head: perHead = 64, skip_scale: skipScale = 1, eps = 1e-5,
      resample_filter: filter = [1, 1], resample_proj: projectSkip = false,
      adaptive_scale: adaptiveScale = true,
    } = options;
    const init = xavier();
    const block = unetBlock(scope, {
      from, to, embedding, filter, skipScale, eps, projectSkip, adaptiveScale,
      resample: resampleOf(options), init, initOut: init, initAttention: init,
      heads: attention ? heads ?? Math.floor(to / perHead) : 0,
    });
    return (weights, [x, e]) => block(weights, x as tf.Tensor4D, e as tf.Tensor2D);
  },
};

function buildConv(scope: ParameterScope, options: Options): Forward {
  const {
    in_channels: from, out_channels: to, kernel, resample_filter: filter = [1, 1],
    fused_resample: fused = false,
  } = options;
  const change = {resample: resampleOf(options), filter};
  if (kernel === 0) {
    const layer = resampling(scope, change);
    return (_weights, [x]) => layer(x as tf.Tensor4D);
  }
  const layer = conv(scope, {from, to, kernel, fused, ...change});
  return (weights, [x]) => layer.apply(weights, x as tf.Tensor4D);
}

const resampleOf = ({up, down}: Options): 'up' | 'down' | undefined =>
    up ? 'up' : down ? 'down' : undefined;

/** Builds an item. */
export function goldenBlock(
    name: string, {what, options}: {what: string; options: Options}): GoldenBlock {
  const {specs, scope} = createParameterScope(name);
  const build = Object.entries(BUILDERS).find(([beginning]) => what.startsWith(beginning))?.[1];
  if (build === undefined) throw new Error(`${name}: no layer is known for "${what}"`);
  return {specs, forward: build(scope, options)};
}
