/**
 * The constructor calls of EDM's preconditioned networks as types, under EDM's own names. Its
 * defaults are in `edm-options.ts`, which checks and completes such records.
 * @see Karras et al. 2022; NVlabs/edm, `training/networks.py`
 */

/** EDM's options that both networks have. */
export interface EdmNetworkOptions {
  /** Length of the augmentation labels; 0: none. */
  readonly augment_dim: number;
  /** Size of the noise embedding, in `model_channels`. */
  readonly channel_mult_emb: number;
  /** Resolutions with self-attention beside the bottleneck's. */
  readonly attn_resolutions: readonly number[];
  /** Width of each level, in `model_channels`. */
  readonly channel_mult: readonly number[];
  /** Base of the channels: the width. */
  readonly model_channels: number;
  /** Blocks per level. */
  readonly num_blocks: number;
  /** Dropout rate of activations while training. */
  readonly dropout: number;
  /** Rate at which labels are dropped while training. */
  readonly label_dropout: number;
}

/** EDM's options of `SongUNet` (DDPM++, NCSN++), complete. */
export interface SongUNetConfig extends EdmNetworkOptions {
  /** The network. */
  readonly model_type: 'SongUNet';
  /** `'positional'`: DDPM++; `'fourier'`: NCSN++. */
  readonly embedding_type: 'positional' | 'fourier';
  /** Size of the noise label's first embedding, in `model_channels`. */
  readonly channel_mult_noise: number;
  /** How the image enters each level anew, if at all (`SongUNetOptions.encoderType`). */
  readonly encoder_type: 'standard' | 'skip' | 'residual';
  /** Whether each level adds to the output (`SongUNetOptions.decoderType`). */
  readonly decoder_type: 'standard' | 'skip';
  /** Low-pass filter of the resampling. */
  readonly resample_filter: readonly number[];
}

/** EDM's options of `DhariwalUNet` (ADM), complete. */
export interface DhariwalUNetConfig extends EdmNetworkOptions {
  /** The network. */
  readonly model_type: 'DhariwalUNet';
}

/** EDM's options of the images, which every preconditioning has. */
export interface EdmImageOptions {
  /** Side of the square images. */
  readonly img_resolution: number;
  /** Colour channels. */
  readonly img_channels: number;
  /** Number of classes; 0: unconditional. */
  readonly label_dim: number;
  /** Concerns EDM on GPUs; here all is computed in float32. */
  readonly use_fp16: boolean;
}

/** EDM's own options of each preconditioning (Karras et al. 2022, table 1), by its name. */
export interface EdmPreconditionings {
  /** Range of noise levels, and standard deviation of the data. */
  readonly EDMPrecond: {
    readonly sigma_min: number; readonly sigma_max: number; readonly sigma_data: number;
  };
  /** Variance preserving: extent and slope of the schedule, time steps, least t of training. */
  readonly VPPrecond: {
    readonly beta_d: number; readonly beta_min: number; readonly M: number;
    readonly epsilon_t: number;
  };
  /** Variance exploding: range of noise levels. */
  readonly VEPrecond: {readonly sigma_min: number; readonly sigma_max: number};
  /** Improved DDPM: the two constants of its cosine schedule, time steps. */
  readonly iDDPMPrecond: {readonly C_1: number; readonly C_2: number; readonly M: number};
}

/** EDM's names of the preconditionings. */
export type PreconditioningName = keyof EdmPreconditionings;

/** EDM's options of a preconditioning, of the images and of the network, complete. */
export type EdmOptions<P extends PreconditioningName = PreconditioningName> =
    EdmImageOptions & EdmPreconditionings[P] & (SongUNetConfig | DhariwalUNetConfig);

/** The constructor call of one of EDM's preconditioned networks, complete. */
export type EdmModelConfig = {
  [P in PreconditioningName]: {readonly precond: P; readonly options: Readonly<EdmOptions<P>>};
}[PreconditioningName];
