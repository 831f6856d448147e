/** The network, the training step and the weights that the cases share. */
import type {Tensor1D} from '@tensorflow/tfjs-core';
import {createRng} from '../src/backend/rng';
import type {Network} from '../src/networks/network';
import {initialParameters, parametersToPyTorch} from '../src/networks/parameters';
import type {ParameterSpec} from '../src/networks/parameters';
import {edmPreconditioning, precondition} from '../src/networks/preconditioning';
import type {PreconditionedNetwork} from '../src/networks/preconditioning';
import {songUNet} from '../src/networks/song-unet';
import type {TrainStepOptions} from '../src/training/train-step';
import type {ImageShape} from '../src/types';
import {writeArrays} from './arrays';
import {TRAINING} from './network-config';
import type {NetworkConfig} from './network-config';

export const imageShapeOf = ({resolution, channels}: NetworkConfig): ImageShape =>
  [resolution, resolution, channels];

/** The U-Net of the notebooks: widths 1, 2, 2, one block a level, attention in the bottleneck. */
export const modelOf = ({resolution, channels, width}: NetworkConfig): PreconditionedNetwork =>
  precondition(songUNet({resolution, channels, modelChannels: width, channelMult: [1, 2, 2]}),
      edmPreconditioning());

export const stepOptions = (
    model: PreconditionedNetwork, batchSize: number): TrainStepOptions => ({
  ...TRAINING, model, batchSize, sigmaData: 0.5,
  streams: {batch: 1, sigma: 2, noise: 3, dropout: 4},
});

/** Initial weights as training has them. */
export const initialWeights = (network: Network): Tensor1D =>
  initialParameters(network.parameters, createRng(0).fork('weights'));

/**
 * Weights for checks, all of them at work: initial ones leave the last convolution of every block
 * near zero, and a mistake behind it would not show.
 */
export function checkWeights(network: Network): Tensor1D {
  const lively = network.parameters.map((spec): ParameterSpec => {
    const [kh, kw, fanIn, fanOut] =
      spec.kind === 'conv' ? spec.shape : [1, 1, spec.shape[0], spec.shape[1]];
    if (spec.kind === 'vector') {
      return 'constant' in spec.init && spec.init.constant === 0 ?
        {...spec, init: {bound: 0.1}} : spec;
    }
    return {...spec, init: {bound: Math.sqrt(6 / (kh! * kw! * (fanIn! + fanOut!)))}};
  });
  return initialParameters(lively, createRng(0).fork('check-weights'));
}

/** Writes weights under PyTorch's names. */
export function exportWeights(
    folder: string, name: string, network: Network, weights: Tensor1D): void {
  const flat = Float32Array.from(weights.dataSync());
  writeArrays(folder, name, parametersToPyTorch(network.parameters, flat));
}
