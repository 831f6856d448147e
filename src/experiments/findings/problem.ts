/** Titles of notebook I: what its numbers say, whatever they are. */
import {formatNumber} from '../../tables/format';
import type {Interval} from '../../types';
import {NAMES, isAbove, isBelow, ratio, sigmaIs, value} from './words';

const {gaussian, multiDelta} = NAMES;

/**
 * What noise does to images.
 * @param levels noise levels, rising, with the correlation of noisy and clean pixels; at least 2.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const levels = [0.1, 1, 10].map((sigma) => ({sigma, correlation: 1 / Math.hypot(1, 2 * sigma)}));
 * console.log(hg.noiseFinding(levels).replace(': ', ':\n'));
 * // Noise hides the image:
 * // correlation with the clean one 0.98 at σ = 0.1, 0.45 at σ = 1, 0.05 at σ = 10
 */
export function noiseFinding(
    levels: ReadonlyArray<{readonly sigma: number; readonly correlation: number}>): string {
  const chosen = [levels[0]!, levels[levels.length >> 1]!, levels.at(-1)!];
  const numbers = chosen.map(({sigma, correlation}) =>
    `${correlation.toFixed(2)} at ${sigmaIs(sigma)}`).join(', ');
  const hidden = levels.at(-1)!.correlation < 0.5 * levels[0]!.correlation;
  return `${hidden ? 'Noise hides the image' : 'The noise leaves the image in sight'}: ` +
      `correlation with the clean one ${numbers}`;
}

/**
 * What D_M and D_G make of one image that they have not seen.
 * @param errors RMSE of the denoised to the clean image at the noise level `sigma`.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * console.log(hg.unseenFinding({sigma: 1.5, multiDelta: 0.6, gaussian: 0.3}).replace(': ', ':\n'));
 * // D<sub>G</sub> keeps more of this unseen image than D<sub>M</sub>:
 * // RMSE 0.30 against 0.60 at σ = 1.5
 */
export function unseenFinding(errors: {
  readonly sigma: number; readonly multiDelta: number; readonly gaussian: number;}): string {
  const [delta, gauss] = [errors.multiDelta, errors.gaussian].map((rmse) => formatNumber(rmse, 2));
  const at = `at ${sigmaIs(errors.sigma)}`;
  return errors.gaussian < errors.multiDelta ?
    `${gaussian} keeps more of this unseen image than ${multiDelta}: RMSE ${gauss} against ` +
      `${delta} ${at}` :
    `${gaussian} keeps no more of this unseen image than ${multiDelta}: RMSE ${gauss} against ` +
      `${delta} ${at}`;
}

/** Denoising errors at the lowest noise, of D_M on its own images, and of both on unseen ones. */
export interface OptimalErrors {
  /** The lowest noise level. */
  readonly sigma: number;
  /** RMSE of D_M to its own training images, pixels of [-1, 1]. */
  readonly seen: Interval;
  /** RMSE of D_M to images that it has not seen. */
  readonly unseen: Interval;
  /** RMSE of D_G to the same images. */
  readonly gaussianUnseen: Interval;
}

/**
 * What following the objective is worth on images that were not trained on.
 * @param errors of `denoisingError`.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const about = (estimate: number) => ({estimate, low: estimate - 0.02, high: estimate + 0.02});
 * const finding = hg.optimalErrorFinding({
 *   sigma: 0.1, seen: {estimate: 0, low: 0, high: 0}, unseen: about(0.5), gaussianUnseen: about(0.1)});
 * console.log(finding.replace(', and', ',\nand').replace(': ', ':\n'));
 * // The optimal denoiser D<sub>M</sub> is perfect on images it has seen,
 * // and worse than D<sub>G</sub> on others:
 * // RMSE 0.50 [0.48, 0.52] against 0.10 [0.08, 0.12] of D<sub>G</sub>, at σ = 0.1
 */
export function optimalErrorFinding(
    {sigma, seen, unseen, gaussianUnseen}: OptimalErrors): string {
  const numbers = `RMSE ${value(unseen)} against ${value(gaussianUnseen)} of ${gaussian}, at ` +
      sigmaIs(sigma);
  if (isAbove(unseen, gaussianUnseen.high)) {
    const perfect = seen.high < 0.01 ? 'perfect' : `at RMSE ${value(seen)}`;
    return `The optimal denoiser ${multiDelta} is ${perfect} on images it has seen, and worse ` +
        `than ${gaussian} on others: ${numbers}`;
  }
  return isBelow(unseen, gaussianUnseen.low) ?
    `The optimal denoiser ${multiDelta} is better than ${gaussian} also on unseen images: ${numbers}` :
    `On unseen images the optimal denoiser ${multiDelta} and ${gaussian} do not differ clearly: ` +
      numbers;
}

/**
 * How many of the images that D_M generates are copies.
 * @param copyRatio share of copies.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * console.log(hg.copyFinding(hg.wilsonInterval(98, 100)).replace(': ', ':\n'));
 * // What the optimal denoiser D<sub>M</sub> generates are its training images:
 * // copy ratio 0.98 [0.93, 0.99]
 */
export function copyFinding(copyRatio: Interval): string {
  const numbers = `copy ratio ${ratio(copyRatio)}`;
  if (isAbove(copyRatio, 0.5)) {
    return `What the optimal denoiser ${multiDelta} generates are its training images: ${numbers}`;
  }
  return isBelow(copyRatio, 0.5) ?
    `Most images that ${multiDelta} generates are no copies of its training images: ${numbers}` :
    `${multiDelta} may or may not copy most of its training images: ${numbers}`;
}
