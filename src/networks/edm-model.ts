/**
 * EDM's networks by their constructor calls: the record of an imported checkpoint, or of one of
 * our own, as a denoiser without its parameters' values.
 */
import type {ImageShape} from '../types';
import {dhariwalUNet} from './dhariwal-unet';
import type {EdmModelConfig} from './edm-options';
import type {Network} from './network';
import type {Buffer, ParameterSpec} from './parameters';
import {
  edmPreconditioning, iddpmPreconditioning, precondition, vePreconditioning, vpPreconditioning,
} from './preconditioning';
import type {PreconditionedNetwork, Preconditioning} from './preconditioning';
import {songUNet} from './song-unet';

/** A preconditioned network that knows EDM's record of itself. */
export interface EdmModel extends PreconditionedNetwork {
  /** EDM's record, complete. */
  readonly config: EdmModelConfig;
  /** `[H, W, C]` of the images. */
  readonly imageShape: ImageShape;
  /** Number of classes; 0: unconditional. */
  readonly labelDim: number;
  /** Least noise level that it was made for. */
  readonly sigmaMin: number;
  /** Largest noise level that it was made for. */
  readonly sigmaMax: number;
  /** In the order of EDM's state dict, with its names. */
  readonly parameters: readonly ParameterSpec[];
  /** Constants of EDM's state dict that follow from the options. */
  readonly buffers: readonly Buffer[];
}

/**
 * The network of one of EDM's constructor calls, with its preconditioning (Karras et al. 2022,
 * table 1): VP, VE, iDDPM or EDM over `SongUNet` or `DhariwalUNet`.
 * @param config a complete record, from `edmModelConfig`.
 * @throws RangeError when the resolution cannot be halved at each level, or the width is odd or
 *     less than 4.
 * @example
 * const model = hg.edmModel(hg.edmModelConfig({
 *   precond: 'EDMPrecond',
 *   options: {img_resolution: 28, img_channels: 1, model_type: 'SongUNet', model_channels: 16,
 *     channel_mult: [1, 2], num_blocks: 1, attn_resolutions: []},
 * }));
 * console.log(model.imageShape, hg.parameterCount(model.parameters)); // [ 28, 28, 1 ] 180193
 */
export function edmModel(config: EdmModelConfig): EdmModel {
  const {img_resolution: side, img_channels: channels} = config.options;
  const outChannels = config.precond === 'iDDPMPrecond' ? 2 * channels : channels;
  const network = networkOf(config.options, outChannels);
  const preconditioning = preconditioningOf(config);
  return {
    ...precondition(network, preconditioning),
    config, imageShape: [side, side, channels], labelDim: network.labelDim,
    sigmaMin: preconditioning.sigmaMin, sigmaMax: preconditioning.sigmaMax,
    parameters: network.parameters,
    buffers: [...preconditioning.buffers, ...network.buffers],
  };
}

function networkOf(options: EdmModelConfig['options'], outChannels: number): Network {
  const shared = {
    resolution: options.img_resolution, channels: options.img_channels, outChannels,
    labelDim: options.label_dim, augmentDim: options.augment_dim,
    modelChannels: options.model_channels, channelMult: options.channel_mult,
    channelMultEmb: options.channel_mult_emb, numBlocks: options.num_blocks,
    attentionResolutions: options.attn_resolutions,
    dropout: options.dropout, labelDropout: options.label_dropout,
  };
  return options.model_type === 'DhariwalUNet' ? dhariwalUNet(shared) : songUNet({
    ...shared,
    embeddingType: options.embedding_type, channelMultNoise: options.channel_mult_noise,
    encoderType: options.encoder_type, decoderType: options.decoder_type,
    resampleFilter: options.resample_filter,
  });
}

function preconditioningOf({precond, options}: EdmModelConfig): Preconditioning {
  switch (precond) {
    case 'EDMPrecond':
      return edmPreconditioning({
        sigmaData: options.sigma_data, sigmaMin: options.sigma_min, sigmaMax: options.sigma_max,
      });
    case 'VPPrecond':
      return vpPreconditioning({
        betaD: options.beta_d, betaMin: options.beta_min, M: options.M,
        epsilonT: options.epsilon_t,
      });
    case 'VEPrecond':
      return vePreconditioning({sigmaMin: options.sigma_min, sigmaMax: options.sigma_max});
    case 'iDDPMPrecond':
      return iddpmPreconditioning({C1: options.C_1, C2: options.C_2, M: options.M});
  }
}
