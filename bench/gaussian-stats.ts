/** Our mean, covariance and principal components. */
import {gaussianStats} from '../src/denoisers/gaussian-stats';
import {writeArrays} from './arrays';
import {benchImages} from './images';
import {serve, timed} from './worker';

interface Config {
  readonly folder: string;
  readonly name: string;
  readonly count: number;
}

const SHAPE = [28, 28, 1] as const;

serve<Config>(({folder, name, count}) => {
  const {dataset} = benchImages(count, SHAPE);
  writeArrays(folder, 'images', {images: {shape: [count, ...SHAPE], data: dataset.images}});
  return {
    go: () => timed(() => gaussianStats(dataset)),
    check() {
      const {mean, covariance, eigenvalues} = gaussianStats(dataset);
      const D = mean.length;
      writeArrays(folder, name, {
        mean: {shape: [D], data: mean}, covariance: {shape: [D, D], data: covariance},
        eigenvalues: {shape: [D], data: eigenvalues},
      });
      return {};
    },
  };
});
