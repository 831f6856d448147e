/**
 * Are these samples copies of training images? Measured, judged, and shown on a page.
 */
import {createRng} from '../backend/rng';
import {COPY_THRESHOLD, calibrateOnHeldOut, memorizationScores} from '../analysis/memorization';
import type {MemorizationResult} from '../analysis/memorization';
import {judgeNovelty} from '../analysis/novelty';
import type {Novelty} from '../analysis/novelty';
import {lineFigure} from '../figures/line-figure';
import type {PlotlyFigure} from '../figures/types';
import {tableBlock} from '../pages/table-block';
import {formatNumber} from '../tables/format';
import type {Dataset, OnProgress} from '../types';
import {nearestPairs, nearestSheet} from './nearest-sheet';
import type {NearestPair} from './nearest-sheet';
import {noveltyRows, noveltySentence, noveltyTitle} from './novelty-words';
import {facts, figureWithPicture, folded, reportPage} from './page-parts';
import type {PageSection} from './page-parts';
import type {Pictures} from './pictures';
import type {NamedSamples} from './samples-source';

/** Samples, the images they may copy, and real images for comparison. */
export interface MeasureNoveltyOptions {
  /** The training images. */
  readonly train: Dataset;
  /** Real images that were not trained on; without them the verdict has no yardstick. */
  readonly heldOut?: Dataset | undefined;
  /** The generated images. */
  readonly samples: NamedSamples;
  /** Seed of the resamples and of the held-out images drawn (default 0). */
  readonly seed?: number;
  /** Told of the search for neighbours. */
  readonly onProgress?: OnProgress | undefined;
}

/** Everything that is known of the novelty of samples. */
export interface NoveltyReport {
  /** The training images. */
  readonly train: Dataset;
  /** The generated images. */
  readonly samples: NamedSamples;
  /** Real images that were not trained on; undefined when there are none. */
  readonly heldOut: Dataset | undefined;
  /** Scores of the samples. */
  readonly scores: MemorizationResult;
  /** Scores of held-out images: as many as samples, at least 100, at most all. */
  readonly calibration: MemorizationResult | undefined;
  /** What the scores mean. */
  readonly novelty: Novelty;
  /** Samples with their nearest training images, the most copy-like first. */
  readonly pairs: readonly NearestPair[];
}

/**
 * Scores samples and held-out images against the training images.
 * @param options images of one shape, and the seed.
 * @throws RangeError for images of other shapes, naming both and what brings them to one; Error as
 *     `memorizationScores` does.
 * @example
 * const train = hg.createDataset({
 *   name: 'greys', images: Uint8Array.from({length: 40}, (_, i) => 3 * i), imageShape: [1, 2, 1]});
 * const {novelty, pairs} = await hg.measureNovelty({train, samples: {
 *   title: 'mine', samples: hg.imagesToFloat32(train, [4, 9]), count: 2, imageShape: [1, 2, 1]}});
 * console.log(novelty.copyRatio.estimate, pairs.map(({nearest}) => nearest).join(' ')); // 1 4 9
 */
export async function measureNovelty(
    {train, heldOut, samples, seed = 0, onProgress}: MeasureNoveltyOptions,
): Promise<NoveltyReport> {
  checkShapes(train, samples.title, samples.imageShape);
  if (heldOut !== undefined) checkShapes(train, heldOut.name, heldOut.imageShape);
  const options = {rng: createRng(seed).fork('novelty'), ...(onProgress && {onProgress})};
  const scores = await memorizationScores(train, samples, options);
  const calibration = heldOut && await calibrateOnHeldOut(train, heldOut,
      {...options, count: Math.min(heldOut.count, Math.max(100, samples.count))});
  return {
    train, samples, heldOut, scores, calibration, novelty: judgeNovelty(scores, calibration),
    pairs: nearestPairs(scores, train, samples.files),
  };
}

function checkShapes(train: Dataset, name: string, got: readonly number[]): void {
  const expected = train.imageShape;
  if (expected.join() === got.join()) return;
  const colour = expected[2] === got[2] ? '' : ` --colour ${got[2] === 1 ? 'grey' : 'rgb'}`;
  const size = expected[0] === got[0] && expected[1] === got[1] ? '' :
    ` --size ${got[0] === got[1] ? got[0] : Math.min(got[0]!, got[1]!)}`;
  throw new RangeError(`novelty: expected images of one size, got ${got.join('x')} from ${name} ` +
      `and ${expected.join('x')} from ${train.name} (height x width x channels); bring the images ` +
      `to one with${size}${colour}, which is for all images that are read from files`);
}

/** The distance ratios of samples and held-out images as shares below each value. */
export function ratioFigure(
    {scores, calibration, novelty, train, samples}: Omit<NoveltyReport, 'pairs'>): PlotlyFigure {
  const curve = (name: string, {perSample}: MemorizationResult, reference = false) => {
    const x = perSample.map(({ratio}) => ratio).sort((a, b) => a - b);
    return {name, x, y: x.map((_, i) => (i + 1) / x.length), reference};
  };
  return lineFigure({
    title: noveltyTitle(novelty),
    subtitle: `${formatNumber(samples.count)} samples against ${formatNumber(train.count)} ` +
        `training images (${train.name}); copies are left of the line`,
    series: [
      curve('samples', scores),
      ...(calibration ? [curve('held-out images', calibration, true)] : []),
    ],
    xTitle: 'distance to the nearest training image / distance to the next',
    yTitle: 'share of images below', yRange: [0, 1.02], markers: false,
    verticalLines: [{at: COPY_THRESHOLD, label: '1/3: a copy'}],
  });
}

/** The sheet of pairs. */
export const sheetFigure = (
    {novelty, pairs, samples, train}: Omit<NoveltyReport, 'scores'>, most?: number): PlotlyFigure =>
    nearestSheet(pairs, samples, train, {
      title: noveltyTitle(novelty), ...(most !== undefined && {most}),
      subtitle: `samples above their nearest training images (${train.name}, N = ` +
          `${formatNumber(train.count)}), the most copy-like first; ` +
          `${formatNumber(pairs.filter(({copied}) => copied).length)} of ` +
          `${formatNumber(pairs.length)} are copies`,
    });

/** The rows of the pairs for a table or a CSV file. */
export const pairRows = (pairs: readonly NearestPair[]): Record<string, unknown>[] =>
    pairs.map(({sample, sampleFile, nearest, nearestFile, distance, ratio, copied}) => ({
      sample, ...(sampleFile !== undefined && {'sample file': sampleFile}),
      'training image': nearest, ...(nearestFile !== undefined && {'training file': nearestFile}),
      distance, ratio, copy: copied,
    }));

/** Pairs listed on a page. */
const LISTED = 20;

/** What a page says of novelty: scores, curves, sheet, the most copy-like pairs. */
export async function noveltySections(
    report: NoveltyReport, pictures: Pictures): Promise<readonly PageSection[]> {
  const {novelty, pairs} = report;
  const listed = pairs.slice(0, LISTED);
  const caption = `The ${listed.length} most copy-like samples`;
  return [
    {
      id: 'copies', title: 'Copies and nearness',
      body: `${tableBlock(noveltyRows(novelty), {caption: 'Scores with 95 % intervals'})}\n` +
          await figureWithPicture('figure-nearest', sheetFigure(report), pictures) +
          folded(`${caption}, as a table`, tableBlock(pairRows(listed), {caption})),
    },
    {
      id: 'ratios', title: 'How much nearer than the next',
      body: await figureWithPicture('figure-ratios', ratioFigure(report), pictures),
    },
  ];
}

/**
 * The page of a report: one file that asks nothing of a network.
 * @param report of `measureNovelty`.
 * @param pictures draws the figures as they are until they come alive, and in print.
 * @param made when, ISO 8601 (default now).
 * @returns the HTML document.
 * @example
 * const train = hg.createDataset({
 *   name: 'greys', images: Uint8Array.from({length: 40}, (_, i) => 3 * i), imageShape: [1, 2, 1]});
 * const report = await hg.measureNovelty({train, samples: {
 *   title: 'mine', samples: hg.imagesToFloat32(train, [4, 9]), count: 2, imageShape: [1, 2, 1]}});
 * const noPictures = {png: () => Promise.resolve(undefined), close: () => Promise.resolve()};
 * const html = await hg.noveltyPage(report, noPictures);
 * console.log(html.match(/<h1[^>]*>(.*?)<\/h1>/s)?.[1]?.trim());
 * // Some of the samples are copies of training images
 */
export async function noveltyPage(
    report: NoveltyReport, pictures: Pictures, made = new Date().toISOString()): Promise<string> {
  const {train, heldOut, samples, novelty} = report;
  const [H, W, C] = train.imageShape;
  return reportPage({
    kind: 'Novelty of samples', title: noveltyTitle(novelty), lead: noveltySentence(novelty),
    sections: [...await noveltySections(report, pictures), {
      id: 'provenance', title: 'What was compared',
      body: facts([
        ['samples', `${samples.title}: ${formatNumber(samples.count)} images`],
        ['training images', `${train.name}: ${formatNumber(train.count)} images`],
        ['', `SHA-256 ${train.hash}`],
        ...(heldOut === undefined ? [['held-out images', 'none'] as const] : [
          ['held-out images', `${heldOut.name}: ${formatNumber(heldOut.count)} images`] as const,
          ['', `SHA-256 ${heldOut.hash}`] as const,
        ]),
        ['size', `${H}×${W}×${C}, pixels in [−1, 1]`],
        ['GL', '‖x − nearest training image‖ / ‖x‖ (Li, Dai, Qu 2024, eq. 14), BCa bootstrap'],
        ['copy', 'nearest training image at most 1/3 as far as the next (Gu et al. 2023), Wilson'],
        ['made', made],
      ]),
    }],
  });
}
