/** The page of a run: one file that opens without a network. */
import {counted} from '../counted';
import {adviceRows} from '../experiments/advise-run';
import {claimsTable} from '../experiments/claims-table';
import {shortRunId} from '../store/run-name';
import {tableBlock} from '../pages/table-block';
import {formatNumber} from '../tables/format';
import {noveltySections} from './novelty-report';
import {noveltySentence, noveltyTitle} from './novelty-words';
import {commandLine, facts, figureWithPicture, folded, paragraph, reportPage} from './page-parts';
import type {PageSection} from './page-parts';
import type {Pictures} from './pictures';
import {
  linearityFigure, lossFigure, regimesFigure, samplesFigure, timeFigure,
} from './run-figures';
import type {RunReport} from './run-report';

/**
 * The page of a run: one file that asks nothing of a network.
 * @param report of `measureRun`.
 * @param pictures draws the figures as they are until they come alive, and in print.
 * @param made when, ISO 8601 (default now).
 * @returns the HTML document.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const images = Uint8Array.from({length: 24 * 49}, (_, i) => 37 * i % 256); // 24 images of 7×7
 * const tiny = hg.createDataset({name: 'tiny', images, imageShape: [7, 7, 1]});
 * await hg.writeImageZip(hg.collectionOf(tiny), 'tiny.zip');
 * const training = {steps: 4, width: 4, checkpoints: 3};
 * const {stored} = await hg.trainOnImages({source: 'tiny.zip'}, {runs: 'runs', training});
 * const study = await hg.openRunStudy(stored.id, {profile: 'smoke', runs: 'runs'});
 * const pictures = hg.createPictures(console.warn);
 * const html = await hg.runPage(await hg.measureRun(study), pictures);
 * await pictures.close();
 * console.log(html.startsWith('<!doctype html>')); // true
 */
export async function runPage(
    report: RunReport, pictures: Pictures, made = new Date().toISOString()): Promise<string> {
  const {study: {run}, advised, novelty} = report;
  const [copies, ratios] = await noveltySections(novelty, pictures);
  return reportPage({
    kind: `Report of ${run.stored.id}: ${run.dataset.name}, ` +
        `N = ${formatNumber(run.dataset.count)}, ${formatNumber(run.options.steps)} steps`,
    title: noveltyTitle(novelty.novelty),
    lead: advised.sentence,
    sections: [
      await stopping(report, pictures), await loss(report, pictures),
      await samples(report, pictures),
      {...copies!, body: paragraph(noveltySentence(novelty.novelty)) + copies!.body},
      ratios!, await regimes(report, pictures), provenance(report, made),
    ],
  });
}

async function stopping(report: RunReport, pictures: Pictures): Promise<PageSection> {
  const {advised, study: {run}} = report;
  const step = advised.advice.recommended;
  const rows = adviceRows(advised).map((row) => ({...row}));
  const curve = run.log.length < 2 ? paragraph('The run kept one checkpoint, so that there is no ' +
      'curve over time; train with more of them.') :
    await figureWithPicture('figure-time', timeFigure(report), pictures);
  return {
    id: 'stopping', title: 'Which checkpoint to use',
    body: `${tableBlock(rows, {caption: 'Early stopping, with 95 % intervals'})}\n` +
        commandLine(`npx hidden-gaussian export ${shortRunId(run.stored.id)} --step ${step} ` +
          `-o model-${step}`) + curve,
  };
}

async function loss(report: RunReport, pictures: Pictures): Promise<PageSection> {
  const {study: {run, heldOutIsUnseen}} = report;
  const rows = run.log.map(({step, loss: batches, trainLoss, heldOutLoss}) => ({
    step, 'training batches, raw weights': batches, 'training images': trainLoss,
    ...(heldOutIsUnseen && {'held-out images': heldOutLoss}),
  }));
  const caption = 'Loss at each checkpoint, of averaged weights unless said otherwise';
  return {
    id: 'loss', title: 'Loss',
    body: (run.log.length < 2 ? '' :
      await figureWithPicture('figure-loss', lossFigure(report), pictures)) +
      folded('The losses as a table', tableBlock(rows, {caption})),
  };
}

const samples = async (report: RunReport, pictures: Pictures): Promise<PageSection> => ({
  id: 'samples', title: 'Samples',
  body: await figureWithPicture('figure-samples', samplesFigure(report), pictures),
});

async function regimes(report: RunReport, pictures: Pictures): Promise<PageSection> {
  const {explanation, study: {run: {imageShape}}} = report;
  const linearity =
      await figureWithPicture('figure-linearity', linearityFigure(report), pictures);
  if (explanation === undefined) {
    return {
      id: 'regimes', title: 'Noise regimes',
      body: paragraph(`D_L and the comparison with it are left out: for images of ` +
          `${imageShape.join('×')} its maps do not fit in memory. fitLinearClosedForm fits one ` +
          'noise level at a time.') + linearity,
    };
  }
  return {
    id: 'regimes', title: 'Noise regimes',
    body: await figureWithPicture(
        'figure-regimes', regimesFigure(report, explanation), pictures) + linearity +
      `<div class="claims">${tableBlock(claimsTable(explanation.claims),
          {caption: 'The paper\'s statements on this network (C5 to C7)'})}</div>`,
  };
}

function provenance({study, novelty}: RunReport, made: string): PageSection {
  const {run, profile} = study;
  const {stored: {id, provenance: origin}, dataset, heldOut, options, imageShape} = run;
  const seconds = run.log.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  const own = Object.entries(options).map(([name, value]) =>
    [name, Array.isArray(value) ? value.join(', ') : String(value)] as const);
  return {
    id: 'provenance', title: 'Provenance',
    body: facts([
      ['run', id],
      ['training images', `${dataset.name}: ${formatNumber(dataset.count)} of ` +
          `${imageShape.join('×')}, SHA-256 ${dataset.hash}`],
      ['held-out images', study.heldOutIsUnseen ?
        `${heldOut.name}: ${formatNumber(study.heldOut.count)}, SHA-256 ${heldOut.hash}` : 'none'],
      ...(origin.notes === undefined ? [] :
        [['images from', JSON.stringify(origin.notes['images'])] as const]),
      ['trained', `${origin.started}, ${formatNumber(Math.round(seconds))} s in all, attempt ` +
          `${origin.attempts ?? 1}`],
      ['on', [origin.device, origin.processor, counted(origin.threads, 'thread'), origin.platform]
          .filter(Boolean).join(', ')],
      ['versions', [`hidden-gaussian ${origin.version}`, origin.commit && `commit ${origin.commit}`,
        origin.tensorflow && `TensorFlow ${origin.tensorflow}`, `Node.js ${origin.node}`]
          .filter(Boolean).join(', ')],
      ['measured', `profile ${profile.name}: ${novelty.samples.count} samples in ` +
          `${profile.samplingSteps} steps, ${profile.comparisonImages} images for distances, ` +
          `${profile.pairs} pairs for linearity, seed ${profile.seed}`],
      ['page made', made],
    ]) + folded('Options of the training', facts(own)),
  };
}
