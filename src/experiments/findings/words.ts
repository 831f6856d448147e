/** Numbers in the sentences that figures are titled with. */
import {formatSigma} from '../../figures/sigma-axis';
import {formatInterval, formatNumber} from '../../tables/format';
import type {Interval} from '../../types';

/** Names of the denoisers as figures write them. */
export const NAMES = {
  network: 'D<sub>θ</sub>', linear: 'D<sub>L</sub>', gaussian: 'D<sub>G</sub>',
  multiDelta: 'D<sub>M</sub>',
} as const;

/** A number of images or steps, thousands apart. */
export const whole = (value: number): string => formatNumber(Math.round(value));

/** An estimate with its interval, two digits. */
export const value = (interval: Interval): string => formatInterval(interval, 2);

/** A change with its sign: `+0.0061 [0.0051, 0.0071]`. */
export const change = (interval: Interval): string =>
    `${interval.estimate > 0 ? '+' : ''}${value(interval)}`;

/** A share in [0, 1] with its interval, two decimals. */
export const ratio = ({estimate, low, high}: Interval): string =>
    `${estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`.replaceAll('-', '−');

/** A share as a percentage without decimals. */
export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** A noise level: `σ = 1.5`. */
export const sigmaIs = (sigma: number): string => `σ = ${formatSigma(sigma)}`;

export const isAbove = ({low}: Interval, bound = 0): boolean => low > bound;
export const isBelow = ({high}: Interval, bound = 0): boolean => high < bound;
