/** `hidden-gaussian novelty`: are these samples copies of training images? */
import * as path from 'node:path';
import {computeDevice} from '../backend/device';
import {loadDataset} from '../data/load-dataset';
import type {LoadDatasetOptions} from '../data/load-dataset';
import {hasHeldOut, imagesOfRun} from '../experiments/run-images';
import {openTrainRun} from '../experiments/train-run';
import {projectPaths} from '../paths';
import {terminalProgress} from '../progress/terminal-progress';
import {measureNovelty, noveltyPage, pairRows, sheetFigure} from '../reports/novelty-report';
import type {NoveltyReport} from '../reports/novelty-report';
import {noveltyRows, noveltySentence} from '../reports/novelty-words';
import {createPictures} from '../reports/pictures';
import {samplesOfRun} from '../reports/run-samples';
import {isSamplesFile, readSamples} from '../reports/samples-source';
import type {NamedSamples} from '../reports/samples-source';
import {openRunStore} from '../store/run-store';
import {writeFile} from '../store/write-file';
import {createTable} from '../tables/create-table';
import {formatShare} from '../tables/format';
import {tableToText} from '../tables/show-table';
import {tableToCsv} from '../tables/table-to-csv';
import type {Dataset} from '../types';
import {checkHtmlOutput} from './html-output';
import {note} from './notes';
import {wholeNumber} from './numbers';
import {colourOf} from './own-images';

/** What the command line gives: texts. */
export interface NoveltyCommandOptions {
  readonly train?: string;
  readonly heldOut?: string;
  readonly output?: string;
  readonly size?: string;
  readonly colour?: string;
  readonly tensor?: string;
  readonly count?: string;
  readonly seed?: string;
  readonly step?: string;
  readonly failAbove?: string;
}

/** @returns the exit status: 1 when the copy ratio is surely above `--fail-above`, else 0. */
export async function novelty(source: string, texts: NoveltyCommandOptions): Promise<number> {
  const failAbove = shareOf(texts.failAbove);
  checkHtmlOutput('novelty', texts.output);
  const {train, heldOut, samples} = await inputsOf(source, texts);
  const report = await measureNovelty({train, heldOut, samples, onProgress: terminalProgress()});
  console.log(tableToText(createTable(noveltyRows(report.novelty))));
  console.log(`\n${noveltySentence(report.novelty)}`);
  if (texts.output !== undefined) await writeOutputs(report, texts.output);
  const {copyRatio} = report.novelty;
  if (failAbove === undefined || copyRatio.low <= failAbove) return 0;
  console.error(`novelty: the copy ratio ${formatShare(copyRatio)} is above ` +
      `${Number((100 * failAbove).toPrecision(6))} %, the limit that --fail-above sets`);
  return 1;
}

interface Inputs {
  readonly train: Dataset;
  readonly heldOut: Dataset | undefined;
  readonly samples: NamedSamples;
}

async function inputsOf(source: string, texts: NoveltyCommandOptions): Promise<Inputs> {
  const whole = (option: string, text: string | undefined, least: number): number | undefined =>
    wholeNumber('novelty', option, text, least);
  const size = whole('--size', texts.size, 1);
  const colour = colourOf('novelty', texts.colour);
  const chosen = {
    count: whole('--count', texts.count, 2), seed: whole('--seed', texts.seed, 0),
    step: whole('--step', texts.step, 1),
  };
  const onProgress = terminalProgress();
  const options: LoadDatasetOptions = {
    onProgress, warn: note,
    ...(size !== undefined && {size}), ...(colour !== undefined && {colour}),
  };
  const load = async (file: string | undefined, isTest = false): Promise<Dataset | undefined> =>
    file === undefined ? undefined :
      loadDataset(file, {...options, ...(isTest && {split: 'test' as const})});
  const sameFile = texts.heldOut !== undefined && texts.heldOut === texts.train;
  const heldOut = (): Promise<Dataset | undefined> => load(texts.heldOut, sameFile);
  if (!isSamplesFile(source)) {
    const store = openRunStore(projectPaths().runs, {onProgress, device: computeDevice});
    const run = openTrainRun(store, source);
    const own = texts.train === undefined ? await imagesOfRun(run, {onProgress}) : undefined;
    const train = own?.train ?? (await load(texts.train))!;
    return {
      train, samples: await samplesOfRun(store, run, chosen),
      heldOut: await heldOut() ?? (hasHeldOut(run) ? own?.heldOut : undefined),
    };
  }
  if (texts.train === undefined) {
    throw new RangeError('novelty: expected --train <images>, the images that the samples may be ' +
        'copies of; only for a training run they are known');
  }
  const train = (await load(texts.train))!;
  const samples = await readSamples(
      source, {...options, imageShape: train.imageShape, tensor: texts.tensor});
  return {train, samples, heldOut: await heldOut()};
}

async function writeOutputs(report: NoveltyReport, output: string): Promise<void> {
  const base = output.slice(0, -path.extname(output).length);
  const pictures = createPictures(note);
  try {
    const png = await pictures.png(sheetFigure(report));
    writeFile(output, await noveltyPage(report, pictures));
    writeFile(`${base}.csv`, tableToCsv(createTable(pairRows(report.pairs))));
    if (png !== undefined) writeFile(`${base}.png`, png);
    console.log([output, ...(png ? [`${base}.png`] : []), `${base}.csv`].join(', '));
  } finally {
    await pictures.close();
  }
}

function shareOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new RangeError(
      `novelty: expected --fail-above to be a share from 0 to 1, such as 0.05, got ${text}`);
}
