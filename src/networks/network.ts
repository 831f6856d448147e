/** What every U-Net is: a function of weights, images, noise labels and conditions. */
import type {Tensor, Tensor1D, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import type {Json} from '../store/canonical';
import type {Buffer, ParameterSpec, Weights} from './parameters';

/**
 * A uniform tensor in [0, 1) for dropout. The same name, in the same step, draws the same numbers.
 * @param name of the layer that draws.
 */
export type UniformDraw = (name: string, shape: readonly number[]) => Tensor;

/** What a network may be told besides the images and their noise. */
export interface Conditions {
  /** One-hot classes, `[N, labelDim]` (default zeros, which means no class). */
  readonly labels?: Tensor2D | undefined;
  /** Which augmentations the images went through, `[N, augmentDim]` (default none). */
  readonly augmentLabels?: Tensor2D | undefined;
  /** Present while training: dropout of activations and of labels then happens. */
  readonly draw?: UniformDraw | undefined;
}

/** A network F(x; c_noise), without its parameters' values. */
export interface Network {
  /** What decides its form, as a record: identifies traced graphs on disk. */
  readonly form: Json;
  /** Side of the square images. */
  readonly resolution: number;
  /** Colour channels of x. */
  readonly channels: number;
  /** Number of classes; 0: unconditional. */
  readonly labelDim: number;
  /** Length of the augmentation labels; 0: none. */
  readonly augmentDim: number;
  /** In the order of EDM's state dict. */
  readonly parameters: readonly ParameterSpec[];
  /** Constants that EDM's state dict holds too, and that follow from the form. */
  readonly buffers: readonly Buffer[];
  /**
   * F(x; c_noise), differentiable in the weights.
   * @param weights the parameters' values.
   * @param x scaled images, `[N, H, W, C]`.
   * @param noiseLabels c_noise of each image, `[N]`.
   * @param conditions classes, augmentations, randomness of dropout (default none).
   * @returns `[N, H, W, outChannels]`, of which the first C channels are shaped like x.
   */
  apply(weights: Weights, x: Tensor4D, noiseLabels: Tensor1D, conditions?: Conditions): Tensor4D;
}
