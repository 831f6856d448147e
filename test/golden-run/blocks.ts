/** Items of a `blocks` fixture: the project's own layers by the options of EDM's constructors. */
import {z} from 'zod';
import {tf} from '../../src/backend/tf';
import {attentionWeights} from '../../src/networks/attention';
import {fourierEmbedding, positionalEmbedding} from '../../src/networks/embeddings';
import {xavier} from '../../src/networks/initial';
import {conv, dense, norm, resampling} from '../../src/networks/layers';
import {createParameterScope} from '../../src/networks/parameters';
import type {Buffer, ParameterScope, ParameterSpec, Weights} from '../../src/networks/parameters';
import {unetBlock} from '../../src/networks/unet-block';

/** A forward function of the item's inputs; images are NHWC. */
export type Forward = (weights: Weights, inputs: readonly tf.Tensor[]) => tf.Tensor;

export interface Block {
  readonly specs: readonly ParameterSpec[];
  readonly buffers: readonly Buffer[];
  readonly forward: Forward;
}

/** A layer of EDM: its options, and how to build it. */
interface Kind<T extends z.ZodRawShape> {
  readonly options: T;
  readonly build: (scope: ParameterScope, options: z.infer<z.ZodObject<T>>) => Forward;
}
const kind = <T extends z.ZodRawShape>(own: Kind<T>): Kind<T> => own;

const size = z.int().min(1);
/** Initial values; the fixture gives the values themselves. */
const INIT = Object.fromEntries(
    ['init_mode', 'init_weight', 'init_bias', 'init', 'init_zero', 'init_attn']
        .map((key) => [key, z.unknown().optional()]));
const RESAMPLE = {
  up: z.boolean().default(false), down: z.boolean().default(false),
  resample_filter: z.array(z.number()).min(1).default([1, 1]),
};

const KINDS = {
  PositionalEmbedding: kind({
    options: {
      num_channels: size, max_positions: z.number().default(10000),
      endpoint: z.boolean().default(false),
    },
    build: (_scope, {num_channels: channels, max_positions: maxPositions, endpoint}) =>
      (_weights, [labels]) =>
        positionalEmbedding(labels as tf.Tensor1D, {channels, maxPositions, endpoint}),
  }),
  FourierEmbedding: kind({
    options: {num_channels: size, scale: z.number().default(16)},
    build(scope, {num_channels: channels, scale}) {
      const layer = fourierEmbedding(scope, {channels, scale});
      return (weights, [labels]) => layer(weights, labels as tf.Tensor1D);
    },
  }),
  GroupNorm: kind({
    options: {
      num_channels: size, num_groups: size.default(32), min_channels_per_group: size.default(4),
      eps: z.number().default(1e-5),
    },
    build(scope, {num_channels, num_groups, min_channels_per_group, eps}) {
      const layer = norm(scope, {
        channels: num_channels, groups: num_groups, channelsPerGroup: min_channels_per_group, eps,
      });
      return (weights, [x]) => layer(weights, x as tf.Tensor4D);
    },
  }),
  Linear: kind({
    options: {in_features: size, out_features: size, bias: z.boolean().default(true), ...INIT},
    build(scope, {in_features: from, out_features: to, bias}) {
      const layer = dense(scope, {from, to, bias});
      return (weights, [x]) => layer(weights, x as tf.Tensor2D);
    },
  }),
  Conv2d: kind({
    options: {
      in_channels: size, out_channels: size, kernel: z.literal([0, 1, 3]),
      bias: z.boolean().default(true), fused_resample: z.boolean().default(false), ...RESAMPLE,
      ...INIT,
    },
    build(scope, {in_channels: from, out_channels: to, kernel, bias, fused_resample, ...options}) {
      const change = changeOf(options);
      if (kernel === 0) {
        const layer = resampling(scope, change);
        return (_weights, [x]) => layer(x as tf.Tensor4D);
      }
      const layer = conv(scope, {from, to, kernel, bias, fused: fused_resample, ...change});
      return (weights, [x]) => layer.apply(weights, x as tf.Tensor4D);
    },
  }),
  UNetBlock: kind({
    options: {
      in_channels: size, out_channels: size, emb_channels: size,
      attention: z.boolean().default(false), num_heads: size.nullable().default(null),
      channels_per_head: size.default(64), dropout: z.literal(0).default(0),
      skip_scale: z.number().default(1), eps: z.number().default(1e-5),
      resample_proj: z.boolean().default(false), adaptive_scale: z.boolean().default(true),
      ...RESAMPLE, ...INIT,
    },
    build(scope, options) {
      const init = xavier();
      const block = unetBlock(scope, {
        from: options.in_channels, to: options.out_channels, embedding: options.emb_channels,
        ...changeOf(options), skipScale: options.skip_scale, eps: options.eps,
        projectSkip: options.resample_proj, adaptiveScale: options.adaptive_scale,
        init, initOut: init, initAttention: init,
        heads: !options.attention ? 0 :
          options.num_heads ?? Math.floor(options.out_channels / options.channels_per_head),
      });
      return (weights, [x, e]) => block(weights, x as tf.Tensor4D, e as tf.Tensor2D);
    },
  }),
  AttentionOp: kind({
    options: {},
    build: () => (_weights, inputs) => {
      const [q, k] = inputs.map((input) => tf.transpose(input as tf.Tensor3D, [0, 2, 1]));
      return attentionWeights(q!, k!);
    },
  }),
};

function changeOf({up, down, resample_filter: filter}: z.infer<z.ZodObject<typeof RESAMPLE>>) {
  if (up && down) throw new Error('expected `up` or `down`, got both');
  return {resample: up ? 'up' : down ? 'down' : undefined, filter} as const;
}

/** What an item is, by its options; `has` tells of its tensors where options leave it open. */
function kindOf(options: object, has: (tensor: string) => boolean): keyof typeof KINDS {
  if ('emb_channels' in options) return 'UNetBlock';
  if ('kernel' in options) return 'Conv2d';
  if ('in_features' in options) return 'Linear';
  if ('num_channels' in options) {
    return has('weight') ? 'GroupNorm' : has('freqs') ? 'FourierEmbedding' : 'PositionalEmbedding';
  }
  if (Object.keys(options).length === 0 && has('io.in1')) return 'AttentionOp';
  throw new Error(`no layer is known with the options ${Object.keys(options).join(', ')}`);
}

/**
 * Builds an item.
 * @throws Error for a layer, z.ZodError for an option, that is not known.
 */
export function buildBlock(
    name: string, options: object, has: (tensor: string) => boolean): Block {
  const {options: shape, build} = KINDS[kindOf(options, has)] as unknown as Kind<z.ZodRawShape>;
  const {specs, buffers, scope} = createParameterScope(name);
  return {specs, buffers, forward: build(scope, z.strictObject(shape).parse(options))};
}
