/** What the U-Nets of DDPM++, NCSN++ (`songUNet`) and ADM (`dhariwalUNet`) are told in common. */
export interface UNetOptions {
  /** Side of the square images, divisible by 2^(levels - 1). */
  readonly resolution: number;
  /** Colour channels. */
  readonly channels: number;
  /** Channels of the output (default `channels`; iDDPM: twice as many). */
  readonly outChannels?: number;
  /** Base of the channels: the width. Even, at least 4. */
  readonly modelChannels: number;
  /** Width of each level, in `modelChannels` (default [1, 2, 2]; ADM [1, 2, 3, 4]). */
  readonly channelMult?: readonly number[];
  /** Blocks per level (default 1; ADM 3). */
  readonly numBlocks?: number;
  /** Resolutions with self-attention beside the bottleneck (default none; ADM [32, 16, 8]). */
  readonly attentionResolutions?: readonly number[];
  /** Size of the noise embedding, as a multiple of `modelChannels` (default 4). */
  readonly channelMultEmb?: number;
  /** Number of classes (default 0: unconditional). */
  readonly labelDim?: number;
  /** Length of the augmentation labels (default 0: none). */
  readonly augmentDim?: number;
  /** Dropout rate of activations while training (default 0). */
  readonly dropout?: number;
  /** Rate at which labels are dropped while training (default 0). */
  readonly labelDropout?: number;
}
