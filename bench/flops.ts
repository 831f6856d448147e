/**
 * Floating-point operations of the U-Net, counted from its parameters: every convolution, every
 * dense layer and the two products of self-attention, a multiply and an add each. What is no matrix
 * product (normalization, SiLU, Adam) is left out, so the share of the peak is a lower bound.
 */
import type {ParameterSpec} from '../src/networks/parameters';

/** FLOPs of one image's way through the network. */
export function forwardFlops(parameters: readonly ParameterSpec[]): number {
  let sum = 0;
  for (const {name, kind, shape} of parameters) {
    if (kind === 'vector') continue;
    const products = 2 * shape.reduce((a, b) => a * b, 1);
    const pixels = kind === 'conv' ? pixelsAt(name) : 1;
    sum += products * pixels;
    // q kᵀ and the weighted sum of v: [HW, C]·[C, HW] and [HW, HW]·[HW, C].
    if (name.endsWith('.qkv.weight')) sum += 2 * 2 * pixels * pixels * shape[2]!;
  }
  return sum;
}

/**
 * FLOPs of a training step's products: forward, and two products of the same size for the gradients
 * by input and by weight.
 */
export const trainingFlops = (parameters: readonly ParameterSpec[], batch: number): number =>
    3 * batch * forwardFlops(parameters);

/** Output pixels of a convolution; the names say at which resolution a layer works. */
function pixelsAt(name: string): number {
  const [, height, width] = /\.(\d+)x(\d+)_/.exec(name) ?? [];
  if (height === undefined || width === undefined) {
    throw new Error(`forwardFlops: expected a resolution like 28x28 in the name of a ` +
        `convolution, got ${name}; count its pixels here`);
  }
  return Number(height) * Number(width);
}
