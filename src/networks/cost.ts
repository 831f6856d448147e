/**
 * What a network costs, counted from its parameters: their names say at which resolution a layer
 * works. Floating-point operations are those of convolutions, dense layers and the two products of
 * self-attention, a multiply and an add each; what is no matrix product (normalization, SiLU, Adam)
 * is counted as the values that it goes through.
 */
import {parameterCount} from './parameters';
import type {ParameterSpec} from './parameters';

/** The size of a network; all but the last two for one image. */
export interface NetworkCost {
  /** FLOPs of one image's way through the network. */
  readonly forwardFlops: number;
  /** Values that its convolutions put out. */
  readonly activations: number;
  /** Entries of its attention matrices, [HW, HW] each. */
  readonly attentionScores: number;
  /** Number of convolutions. */
  readonly convolutions: number;
  /** Number of scalars, P. */
  readonly parameters: number;
}

/** @throws Error for a convolution without a resolution in its name. */
export function networkCost(specs: readonly ParameterSpec[]): NetworkCost {
  let [forwardFlops, activations, attentionScores, convolutions] = [0, 0, 0, 0];
  for (const {name, kind, shape} of specs) {
    if (kind === 'vector') continue;
    const pixels = kind === 'conv' ? pixelsAt(name) : 1;
    forwardFlops += 2 * pixels * shape.reduce((a, b) => a * b, 1);
    if (kind === 'dense') continue;
    convolutions++;
    activations += pixels * shape[3]!;
    if (name.endsWith('.qkv.weight')) {
      // q kᵀ and the weighted sum of v: [HW, C]·[C, HW] and [HW, HW]·[HW, C].
      forwardFlops += 2 * 2 * pixels * pixels * shape[2]!;
      attentionScores += pixels * pixels;
    }
  }
  return {
    forwardFlops, activations, attentionScores, convolutions, parameters: parameterCount(specs),
  };
}

/** FLOPs of one image's way through the network. */
export const forwardFlops = (specs: readonly ParameterSpec[]): number =>
    networkCost(specs).forwardFlops;

/**
 * FLOPs of a training step's products: forward, and two products of the same size for the gradients
 * by input and by weight.
 */
export const trainingFlops = (specs: readonly ParameterSpec[], batch: number): number =>
    3 * batch * forwardFlops(specs);

/** Pixels that a convolution works on; the names say at which resolution that is. */
function pixelsAt(name: string): number {
  const [, height, width] = /\.(\d+)x(\d+)_/.exec(name) ?? [];
  if (height === undefined || width === undefined) {
    throw new Error(`networkCost: expected a resolution like 28x28 in the name of a ` +
        `convolution, got ${name}; count its pixels here`);
  }
  // NCSN++ convolves the image's own way down before it halves it.
  const before = name.endsWith('_aux_residual.weight') ? 4 : 1;
  return before * Number(height) * Number(width);
}
