import assert from 'node:assert/strict';
import {mkdtempSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {parse} from 'node-html-parser';
import {tf} from '../../src/backend/tf';
import {adviseRun, adviceSentence} from '../../src/experiments/advise-run';
import {heldOutLosses} from '../../src/experiments/checkpoints';
import {imagesOfRun} from '../../src/experiments/run-images';
import {openRunStudy} from '../../src/experiments/run-study';
import type {RunStudyOptions} from '../../src/experiments/run-study';
import {trainOnImages} from '../../src/experiments/train-on-images';
import type {TrainRun} from '../../src/experiments/train-run';
import {createPictures} from '../../src/reports/pictures';
import type {Pictures} from '../../src/reports/pictures';
import {shownCheckpoints, stepTicks} from '../../src/reports/run-figures';
import {runPage} from '../../src/reports/run-page';
import {measureRun} from '../../src/reports/run-report';
import {noveltySentence} from '../../src/reports/novelty-words';
import {listRuns} from '../../src/store/list-runs';
import {formatInterval} from '../../src/tables/format';
import {assertClose} from '../helpers';
import {TINY_MEASURES, tinyRun, writeImages} from './tiny-run';

const root = mkdtempSync(path.join(tmpdir(), 'run-report-'));
after(() => rmSync(root, {recursive: true}));
const trained = tinyRun(root);
const NO_PICTURES: Pictures = {png: async () => undefined, close: async () => {}};
const studyOf = (name: string, more: RunStudyOptions = {}) => openRunStudy(name, {
  profile: 'smoke', runs: path.join(root, 'runs'), measures: TINY_MEASURES, warn: () => {}, ...more,
});
const kinds = (): string[] => listRuns(path.join(root, 'runs')).map(({kind}) => kind);

test('held-out losses by image have the mean that the log holds', async () => {
  const {stored, log} = await trained;
  const study = await studyOf(stored.id);
  for (const {step, heldOutLoss} of log) {
    const losses = await heldOutLosses(study, study.run, step);
    assert.equal(losses.length, 8);
    assertClose([losses.reduce((a, b) => a + b, 0) / 8], [heldOutLoss], {rtol: 1e-4});
  }
});

test('a run is measured once, and the page says what was measured', async () => {
  const {stored} = await trained;
  const study = await studyOf(stored.id);
  assert.equal(study.heldOutIsUnseen, true);
  assert.deepEqual([study.train.count, study.heldOut.count], [12, 8]);
  const tensors = tf.memory().numTensors;
  const report = await measureRun(study);
  assert.equal(tf.memory().numTensors, tensors);
  const before = kinds();
  const again = await measureRun(await studyOf(stored.id, {onProgress: ({label}) => {
    assert.match(label, /^(shapes|checkpoints)/, 'nothing but loading');
  }}));
  assert.deepEqual(kinds(), before);
  assert.deepEqual(again.advised.advice, report.advised.advice);
  assert.deepEqual(again.explanation, report.explanation);

  const html = await runPage(report, NO_PICTURES, 'now');
  assert.equal(html, await runPage(again, NO_PICTURES, 'now'));
  assert.ok(html.length < 8e6);
  const page = parse(html);
  assert.equal(page.querySelectorAll('h1').length, 1);
  assert.equal(page.querySelector('.lead')!.text.replaceAll('\u00a0', ' '), report.advised.sentence);
  const words = page.querySelector('main')!.text.replaceAll('\u00a0', ' ');
  assert.ok(words.includes(noveltySentence(report.novelty.novelty)));
  assert.ok(words.includes(formatInterval(report.advised.advice.closestToGaussian!.minimum)));
  for (const fact of [stored.id, study.train.hash, 'image-0', 'learningRate', '8×8×1']) {
    assert.ok(html.includes(fact), fact);
  }
  for (const claim of report.explanation!.claims) {
    if (claim.estimate) assert.ok(words.includes(formatInterval(claim.estimate)), claim.statistic);
  }
  const figures = page.querySelectorAll('figure');
  assert.deepEqual(figures.map(({id}) => id), ['figure-time', 'figure-loss', 'figure-samples',
    'figure-nearest', 'figure-ratios', 'figure-regimes', 'figure-linearity']);
  for (const figure of figures) {
    assert.ok(figure.querySelector('.figure-live')!.getAttribute('aria-label')!.length > 20);
  }
  for (const link of page.querySelectorAll('nav a')) {
    assert.ok(page.querySelector(link.getAttribute('href')!), link.text);
  }
  const loads = page.querySelectorAll('[src], link[href]')
      .map((element) => element.getAttribute('src') ?? element.getAttribute('href')!);
  assert.ok(loads.every((address) => address.startsWith('data:')), 'nothing is loaded');
});

test('a run of one checkpoint, without held-out images, has a page that says so', async () => {
  const source = writeImages(path.join(root, 'few'), 6, 3, 5);
  const {stored} = await trainOnImages({source, heldOut: 0}, {
    training: {steps: 2, width: 4, batchSize: 2, checkpoints: 1}, runs: path.join(root, 'runs'),
  });
  const study = await studyOf(stored.id);
  assert.deepEqual([study.heldOutIsUnseen, study.train.count], [false, 6]);
  const report = await measureRun(study);
  assert.deepEqual([report.advised.advice.situation, report.novelty.calibration],
      ['too few checkpoints', undefined]);
  const page = parse(await runPage(report, NO_PICTURES));
  assert.match(page.querySelector('.lead')!.text,
      /^Use step 2, the only checkpoint: .*No images were held out/);
  assert.match(page.querySelector('main')!.text, /The run kept one checkpoint, so that there is no/);
  assert.deepEqual(page.querySelectorAll('figure').map(({id}) => id), ['figure-samples',
    'figure-nearest', 'figure-ratios', 'figure-regimes', 'figure-linearity']);
  assert.doesNotMatch(page.querySelectorAll('figure').toString(), /held-out/);
});

test('a run that does not know where its images lie asks for them', async () => {
  const run = {
    stored: {id: 'train-1', provenance: {}}, imageShape: [4, 4, 1],
    dataset: {name: 'tiny-3', hash: 'a', count: 6}, heldOut: {name: 'tiny-4', hash: 'b'},
  } as unknown as TrainRun;
  await assert.rejects(imagesOfRun(run), {message: 'train-1: its record does not say where its ' +
    'images lie (tiny-3, 6 images of 4x4x1); say so with --images, and with --held-out for those ' +
    'it never saw'});
});

test('images that are gone or changed are named, and given again', async () => {
  const {stored, dataset} = await trained;
  const [here, there] = ['shapes', 'elsewhere'].map((name) => path.join(root, name)) as
      [string, string];
  renameSync(here, there);
  await assert.rejects(studyOf(stored.id), {message:
    `${stored.id}: expected the images it was trained on (shapes/train) at ${here}, where nothing ` +
    'is; say where they are now with --images'});
  const study = await studyOf(stored.id, {images: {source: there}});
  assert.equal(study.train.hash, dataset.hash);
  await assert.rejects(studyOf(stored.id, {images: {source: there, heldOut: 9}}), {message:
    new RegExp('these are training images and these are held-out images other than those it was ' +
      'trained with \\(shapes/train, 12 images of 8x8x1\\), from .*; give the same')});
  renameSync(there, here);
});

test('the advice is the same in the report and alone, in words and numbers', async () => {
  const study = await studyOf((await trained).stored.id);
  const {advice, sentence, checkpoints, calibration} = await adviseRun(study);
  assert.equal(checkpoints.length, study.run.options.checkpoints.length);
  assert.equal(calibration!.perSample.length, 6);
  assert.ok(sentence.startsWith(`Use step ${advice.recommended}`));
  const blind = adviceSentence({...advice, criterion: 'distance to D_G', situation: 'levelled off'}, 4);
  assert.match(blind, /the network is closest to D_G; .* No images were held out/);
});

test('a page without pictures says why', async () => {
  const said: string[] = [];
  const pictures = createPictures((message) => said.push(message),
      {folder: path.join(root, 'no-kaleido')});
  const figure = {data: [], layout: {width: 10, height: 10}} as never;
  assert.equal(await pictures.png(figure), undefined);
  assert.equal(await pictures.png(figure), undefined);
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^no pictures of the figures \(.*; the page draws them itself$/s);
  await pictures.close();
});

test('checkpoints shown are the first, the last, the advised and some between', () => {
  const all = Array.from({length: 15}, (_, i) => ({step: i} as never));
  const steps = (list: readonly {readonly step: number}[]) => list.map(({step}) => step);
  assert.deepEqual(steps(shownCheckpoints(all, 5)), [0, 4, 5, 7, 11, 14]);
  assert.deepEqual(steps(shownCheckpoints(all.slice(0, 1), 0)), [0]);
  assert.deepEqual(stepTicks([30, 2000]), [30, 100, 300, 1000]);
});
