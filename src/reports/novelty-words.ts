/** What the scores of samples say, in words and as a table. */
import type {Novelty} from '../analysis/novelty';
import {formatInterval, formatShare} from '../tables/format';

/** The verdict in a line. */
export const noveltyTitle = ({verdict}: Pick<Novelty, 'verdict'>): string => ({
  copies: 'Most of the samples are copies of training images',
  'some copies': 'Some of the samples are copies of training images',
  close: 'No more copies than among real unseen images, but the samples lie closer to the ' +
      'training images than those do',
  new: 'The samples are as new as real unseen images',
  'new, as far as seen': 'Hardly any of the samples is a copy',
})[verdict];

/** The verdict with the numbers behind it. */
export function noveltySentence(novelty: Novelty): string {
  const {copyRatio, heldOut, relativeGl, verdict} = novelty;
  const share = `${formatShare(copyRatio)} of them are three times nearer to one training image ` +
      'than to any other';
  const yardstick = heldOut === undefined ?
    '; without held-out images there is no telling how near real unseen images would lie' :
    `, against ${formatShare(heldOut.copyRatio)} of held-out images` + (relativeGl === undefined ? '' :
      `; they lie ${formatInterval(relativeGl)} times as far from the training images as these`);
  const rough = verdict === 'new' && relativeGl !== undefined && relativeGl.low > 1.1 ?
    ' Above 1 they are farther off than real images: new, but perhaps also rougher.' : '';
  return `${noveltyTitle(novelty)}: ${share}${yardstick}.${rough}`;
}

/** The scores as rows of a table. */
export function noveltyRows(
    {gl, copyRatio, heldOut, relativeGl, copiesAboveHeldOut}: Novelty):
    Record<string, string | undefined>[] {
  return [
    {
      'score [95 %]': 'GL: distance to the nearest training image / norm',
      samples: formatInterval(gl), 'held-out images': heldOut && formatInterval(heldOut.gl),
      'samples against held-out': relativeGl && `× ${formatInterval(relativeGl)}`,
    },
    {
      'score [95 %]': 'copies: nearest at most 1/3 as far as the next',
      samples: formatShare(copyRatio), 'held-out images': heldOut && formatShare(heldOut.copyRatio),
      'samples against held-out': copiesAboveHeldOut && `+ ${formatShare(copiesAboveHeldOut)}`,
    },
  ];
}
