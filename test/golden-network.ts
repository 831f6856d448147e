/** The networks of the golden records, as far as the project has their kind. */
import {networkDenoiser} from '../src/denoisers/network';
import {parametersFromPyTorch} from '../src/networks/parameters';
import {songUNet} from '../src/networks/song-unet';
import type {Network} from '../src/networks/song-unet';
import type {NamedArray} from '../src/store/safetensors';
import type {Denoiser} from '../src/types';
import {golden} from './helpers';

/** What a record must say for the project to have its network: EDM's DDPM++ without conditions. */
const SUPPORTED: Readonly<Record<string, unknown>> = {
  model_type: 'SongUNet', embedding_type: 'positional', encoder_type: 'standard',
  decoder_type: 'standard', channel_mult_noise: 1, resample_filter: [1, 1], label_dim: 0,
  augment_dim: 0, use_fp16: false,
};

/** The network of a record; undefined when it is of a kind that the project does not have. */
export function goldenNetwork({precond, options}: {precond: string; options: any}):
    Network | undefined {
  const isSupported = precond === 'EDMPrecond' && Object.entries(SUPPORTED).every(
      ([key, value]) => JSON.stringify(options[key]) === JSON.stringify(value));
  return isSupported ? songUNet({
    resolution: options.img_resolution, channels: options.img_channels,
    modelChannels: options.model_channels, channelMult: options.channel_mult,
    numBlocks: options.num_blocks, attentionResolutions: options.attn_resolutions,
    channelMultEmb: options.channel_mult_emb,
  }) : undefined;
}

/** The values of a network's parameters, `[P]`; `prefix` comes before each name. */
export function goldenParameters(
    {parameters}: Network, tensors: ReadonlyMap<string, NamedArray>, prefix = ''): Float32Array {
  const arrays = new Map(parameters.map(({name}) => [name, tensors.get(`${prefix}${name}`)!]));
  return parametersFromPyTorch(parameters, arrays);
}

/** The denoiser of a fixture with a supported network. */
export function goldenDenoiser(fixture: string): Denoiser {
  const {record, tensors} = golden(fixture);
  const network = goldenNetwork(record)!;
  const {img_resolution: side, img_channels: channels, sigma_data: sigmaData} = record.options;
  return networkDenoiser(network, goldenParameters(network, tensors),
      {imageShape: [side, side, channels], sigmaData, name: fixture});
}
