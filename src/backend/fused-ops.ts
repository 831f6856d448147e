/**
 * The fused ops of folder `native`: one pass over memory where the same in TensorFlow's own ops
 * makes ten. They exist for the CPU; elsewhere, and under XLA, callers compose TensorFlow's ops.
 */
import type {Tensor} from '@tensorflow/tfjs-core';
import {nodeBackend} from './binding';
import {nativeAddon} from './native';
import {boolAttribute, floatAttribute, intAttribute, rawOp} from './raw-op';
import type {OpAttribute} from './raw-op';

let composing = 0;
let available: boolean | undefined;

/**
 * Whether the fused ops are to be used: on a CPU, unless HIDDEN_GAUSSIAN_NATIVE is 0 or
 * `composeOps` is under way.
 */
export function useFusedOps(): boolean {
  if (available === undefined) {
    available =
        process.env['HIDDEN_GAUSSIAN_NATIVE'] !== '0' && !nodeBackend().isUsingGpuDevice;
    if (available) nativeAddon();
  }
  return available && composing === 0;
}

/** Runs `body` with TensorFlow's own ops alone: for XLA, which knows no others, and for tests. */
export function composeOps<T>(body: () => T): T {
  composing++;
  try {
    return body();
  } finally {
    composing--;
  }
}

export interface GroupNormAttributes {
  /** G; divides C. */
  readonly groups: number;
  /** Added to the variance. */
  readonly eps: number;
  /** Whether y·sigmoid(y) follows. */
  readonly silu: boolean;
}

const groupNormAttributes = ({groups, eps, silu}: GroupNormAttributes): OpAttribute[] => [
  intAttribute('groups', groups), floatAttribute('eps', eps), boolAttribute('silu', silu),
];

/**
 * Group normalization of x + offset.
 * @param inputs x `[N, H, W, C]`, offset `[N, C]` or `[0]` for none, gain and bias `[C]`.
 * @returns y like x, mean and 1/std `[N, G]`.
 */
export const fusedGroupNorm = (
    inputs: readonly [x: Tensor, offset: Tensor, gain: Tensor, bias: Tensor],
    attributes: GroupNormAttributes): [y: Tensor, mean: Tensor, rstd: Tensor] =>
    rawOp('HgGroupNorm', groupNormAttributes(attributes), [...inputs], 3) as
        [Tensor, Tensor, Tensor];

/**
 * Its gradient.
 * @param saved the inputs of `fusedGroupNorm`, then its mean and 1/std.
 * @returns the gradients of x, offset, gain and bias.
 */
export const fusedGroupNormGrad = (
    dy: Tensor, saved: readonly Tensor[], attributes: GroupNormAttributes): Tensor[] =>
    rawOp('HgGroupNormGrad', groupNormAttributes(attributes), [dy, ...saved], 4);

/** (a + b + bias)·scale; a and b `[N, H, W, C]`, bias `[C]`. */
export const fusedAddScale = (a: Tensor, b: Tensor, bias: Tensor, scale: number): Tensor =>
    rawOp('HgAddScale', [floatAttribute('scale', scale)], [a, b, bias])[0]!;

/** Its gradients: one tensor for both a and b, and that of the bias. */
export const fusedAddScaleGrad = (dy: Tensor, scale: number): [dx: Tensor, dbias: Tensor] =>
    rawOp('HgAddScaleGrad', [floatAttribute('scale', scale)], [dy], 2) as [Tensor, Tensor];

/**
 * A 3x3 convolution, or with `adjoint` the gradient of its input from that of its output.
 * @param x `[N, H, W, C]`, C a multiple of 8.
 * @param filter `[3, 3, from, to]`, both multiples of 8.
 */
export const fusedConv3x3 = (
    x: Tensor, filter: Tensor, {adjoint}: {readonly adjoint: boolean}): Tensor =>
    rawOp('HgConv3x3', [boolAttribute('adjoint', adjoint)], [x, filter])[0]!;

/** The gradient of its filter `[3, 3, from, to]`; x `[N, H, W, from]`, dy `[N, H, W, to]`. */
export const fusedConv3x3GradFilter = (x: Tensor, dy: Tensor): Tensor =>
    rawOp('HgConv3x3GradFilter', [], [x, dy])[0]!;

export interface AdamEmaAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

/**
 * One step of Adam and of the moving average, on vectors `[P]`.
 * @param vectors weights, momentum, variance, average, gradient.
 * @param scalars rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t), the share of the average that stays.
 * @returns the new weights, momentum, variance and average.
 */
export const fusedAdamEma = (
    vectors: readonly Tensor[], scalars: readonly Tensor[],
    {beta1, beta2, eps}: AdamEmaAttributes): Tensor[] =>
    rawOp('HgAdamEma', [
      floatAttribute('gain1', 1 - beta1), floatAttribute('gain2', 1 - beta2),
      floatAttribute('eps', eps),
    ], [...vectors, ...scalars], 4);
