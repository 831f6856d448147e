/** From training options to the network they describe, as EDM's record of it. */
import {edmModel} from '../networks/edm-model';
import type {EdmModel} from '../networks/edm-model';
import {edmModelConfig} from '../networks/edm-options';
import type {ImageShape} from '../types';
import type {TrainOptions} from './options';

/** What makes the architectures, in EDM's names; as in NVlabs/edm, `train.py`. */
const ARCHITECTURES: Readonly<Record<TrainOptions['architecture'], object>> = {
  ddpmpp: {
    model_type: 'SongUNet', embedding_type: 'positional', encoder_type: 'standard',
    decoder_type: 'standard', channel_mult_noise: 1, resample_filter: [1, 1],
  },
  ncsnpp: {
    model_type: 'SongUNet', embedding_type: 'fourier', encoder_type: 'residual',
    decoder_type: 'standard', channel_mult_noise: 2, resample_filter: [1, 3, 3, 1],
  },
  adm: {model_type: 'DhariwalUNet'},
};

/**
 * The model that options describe, for square images of this shape, with EDM's preconditioning
 * (Karras et al. 2022, table 1).
 * @param options complete, from `trainOptions`.
 * @param imageShape `[H, W, C]` with H = W, divisible by 2^(levels - 1).
 * @throws RangeError when the images are not square, or cannot be halved at each level.
 * @example
 * const model = hg.modelFor(hg.trainOptions({width: 16}), [28, 28, 1]);
 * console.log(model.config.precond, hg.parameterCount(model.parameters)); // EDMPrecond 180193
 */
export function modelFor(options: TrainOptions, [H, W, C]: ImageShape): EdmModel {
  if (H !== W) throw new RangeError(`modelFor: expected square images, got ${H}x${W}`);
  return edmModel(edmModelConfig({
    precond: 'EDMPrecond',
    options: {
      ...ARCHITECTURES[options.architecture],
      img_resolution: H, img_channels: C, sigma_data: options.sigmaData,
      model_channels: options.width, channel_mult: options.channelMult,
      num_blocks: options.numBlocks, attn_resolutions: options.attentionResolutions,
      dropout: options.dropout,
    },
  }));
}
