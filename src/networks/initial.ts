/** Distributions of a layer's initial weights and biases, as EDM has them. */
import type {Initializer} from './parameters';

/** How a layer starts, given the inputs and outputs that one weight connects. */
export interface LayerInit {
  weight(fanIn: number, fanOut: number): Initializer;
  bias(fanIn: number): Initializer;
}

const ZERO: Initializer = {constant: 0};

/** Uniform within ±√(6 / (fanIn + fanOut)) times `gain` (Glorot, Bengio 2010); biases 0. */
export const xavier = (gain = 1): LayerInit => ({
  weight: (fanIn, fanOut) => ({bound: gain * Math.sqrt(6 / (fanIn + fanOut))}),
  bias: () => ZERO,
});

/** Uniform within ±√(3 / fanIn) times `gain` (He et al. 2015), the biases too. */
export const kaiming = (gain = 1): LayerInit => {
  const initializer = (fanIn: number): Initializer => ({bound: gain * Math.sqrt(3 / fanIn)});
  return {weight: initializer, bias: initializer};
};

/** All 0: the layer adds nothing at first. */
export const zeros: LayerInit = {weight: () => ZERO, bias: () => ZERO};

/** Normal with standard deviation `gain` / √fanIn; biases 0. */
export const kaimingNormal = (gain = 1): LayerInit => ({
  weight: (fanIn) => ({std: gain / Math.sqrt(fanIn)}),
  bias: () => ZERO,
});
