/**
 * Section III's analysis of any network: a model folder, the images it was trained on, and images
 * it has never seen.
 */
import {createHash} from 'node:crypto';
import * as path from 'node:path';
import {loadDataset} from '../data/load-dataset';
import {checkSameShape} from '../data/dataset';
import {heldOutSplit} from '../data/split';
import {networkDenoiser} from '../denoisers/network';
import type {EdmModel} from '../networks/edm-model';
import {parameterCount} from '../networks/parameters';
import {loadModel} from '../models/model-folder';
import {projectPaths} from '../paths';
import {canonicalJson} from '../store/canonical';
import type {Json} from '../store/canonical';
import type {Dataset, Denoiser, ImageShape, OnProgress} from '../types';
import {explainNetwork} from './gaussian-bias';
import type {ExplainedNetwork} from './gaussian-bias';
import {profileOf} from './profiles';
import {openStudy} from './study';
import type {MeasureSettings, Study} from './study';

/** Where one's own model and images lie. */
export interface OwnFiles {
  /** A model folder, as `import-edm` and `export` write it. */
  readonly model: string;
  /** The images the network was trained on: anything that `loadDataset` reads. */
  readonly train: string;
  /**
   * Images it was not trained on; the same CIFAR-10 archive for both means its two parts. Without,
   * a tenth of the training images stands in, and what is measured on "held-out" images is measured
   * on training images.
   */
  readonly heldOut?: string | undefined;
}

/** What a study of one's own model is opened with. */
export interface OwnStudyOptions extends OwnFiles {
  /** How much is measured, as in the profile of this name. */
  readonly profile: string;
  /** Seed of all measurements (default: the profile's). */
  readonly seed?: number | undefined;
  /** What is measured otherwise (default: as the profile says). */
  readonly measures?: Partial<MeasureSettings>;
  /** The class that all images are taken for, in a network with classes (default none). */
  readonly label?: number;
  /** Told of loading and of all measurements. */
  readonly onProgress?: OnProgress;
  /** Folder of the run store (default `runs/`). */
  readonly runs?: string;
  /** Folder of the figures (default `figures/own/`); the claims go to `own/` in it, apart from
   *  those about the paper. */
  readonly figures?: string | undefined;
}

/** A study of one's own model. */
export interface OwnStudy extends Study {
  /** Its form. */
  readonly model: EdmModel;
  /** D_θ; disposed by `close`, or with the result of `explainOwnNetwork`. */
  readonly network: Denoiser;
  /** What decides the network's outputs: a hash of its form and weights. */
  readonly identity: Json;
  /** What the study is about, one row. */
  readonly summary: Readonly<Record<string, string | number>>;
}

/** A linear fit keeps this many D x D matrices in memory at a time, about. */
const MATRICES = 40;
const MAX_BYTES = 8 * 2 ** 30;

/**
 * Loads model and images: section III for any network.
 * @param options the files, and the profile that says how much is measured.
 * @throws Error naming the file that is missing or damaged; RangeError when images and network
 *     differ in shape, or when they have so many pixels that the maps of D_L would not fit in
 *     memory.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'}); // makes a model and its images
 * const {stored} = await workspace.trainRun(16);
 * await hg.exportRun(workspace.store, stored.id, 'my-model');
 * await hg.writeImageZip(hg.collectionOf(workspace.trainingSet(16)), 'train.zip');
 * const files = {model: 'my-model', train: 'train.zip', figures: 'figures'};
 * const study = await hg.openOwnStudy({profile: 'smoke', ...files});
 * console.log(study.summary['images'], study.summary['N'], study.summary['held out']);
 * // 8×8×1 16 none
 * await study.close();
 */
export async function openOwnStudy(options: OwnStudyOptions): Promise<OwnStudy> {
  checkFiles(options);
  const {model: dir, onProgress, label, measures} = options;
  const {runs = projectPaths().runs, figures = path.join(projectPaths().figures, 'own')} = options;
  const {model, parameters} = loadModel(dir);
  checkSize(model);
  const train = await loadDataset(options.train, {onProgress});
  const heldOut = options.heldOut === undefined ? standIn(train) :
    await loadDataset(options.heldOut, {
      onProgress, ...(options.heldOut === options.train && {split: 'test'}),
    });
  const name = path.basename(path.resolve(dir));
  for (const images of [train, heldOut]) {
    checkSameShape('openOwnStudy', {name, imageShape: model.imageShape}, images);
  }
  const network = networkDenoiser(
      model, parameters, {name, ...(label !== undefined && {label})});
  const plain = profileOf(options.profile);
  const seen = options.heldOut === undefined ? ', judged on training images' : '';
  const study = openStudy({
    profile: {...plain, seed: options.seed ?? plain.seed, ...measures}, train, heldOut, runs,
    figures, claims: path.join(figures, 'own'), onProgress,
    images: `${path.parse(train.name).name}${seen}`,
  });
  const [H, W, C] = model.imageShape;
  return {
    ...study, model, network,
    identity: {network: hashOf(model, parameters), label: label ?? null},
    summary: {
      model: network.name, network: model.config.options.model_type,
      preconditioning: model.config.precond, parameters: parameterCount(model.parameters),
      images: `${H}×${W}×${C}`, N: train.count,
      'held out': options.heldOut === undefined ? 'none' : heldOut.count,
    },
    async close() {
      network.dispose();
      await study.close();
    },
  };
}

/**
 * Fits D_L, D_G and D_M to the study's network, which is disposed with the result.
 * @param study of `openOwnStudy`.
 * @throws as `fitLinearClosedForm` does.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const workspace = await hg.openWorkspace({profile: 'smoke'}); // makes a model and its images
 * const {stored} = await workspace.trainRun(16);
 * await hg.exportRun(workspace.store, stored.id, 'my-model');
 * await hg.writeImageZip(hg.collectionOf(workspace.trainingSet(16)), 'train.zip');
 * const files = {model: 'my-model', train: 'train.zip', figures: 'figures'};
 * const study = await hg.openOwnStudy({profile: 'smoke', ...files});
 * const subject = await hg.explainOwnNetwork(study);
 * console.log(subject.n, subject.network.name, subject.linear.name); // 16 my-model D_L
 * subject.dispose();
 */
export const explainOwnNetwork = (study: OwnStudy): Promise<ExplainedNetwork> =>
    explainNetwork(study, {
      network: study.network, identity: study.identity, train: study.train,
    });

/** A notebook gives undefined for what its user has not named. */
function checkFiles({model, train}: Partial<OwnFiles>): void {
  const missing = [
    ...(model === undefined ? ['`model`, a folder as import-edm or export writes it'] : []),
    ...(train === undefined ? ['`train`, the images that it was trained on'] : []),
  ];
  if (missing.length > 0) {
    throw new TypeError(`openOwnStudy: expected ${missing.join(' and ')}; a study needs ` +
        'a model and its training images, `heldOut` can be left out');
  }
}

function standIn(train: Dataset): Dataset {
  const count = Math.max(2, Math.floor(train.count / 10));
  return heldOutSplit(train, {heldOut: Math.min(count, train.count - 1), seed: 0}).heldOut;
}

/** Memory that D_L's maps at ten noise levels take while they are fitted, bytes. */
const linearFitBytes = (imageShape: ImageShape): number =>
    MATRICES * 8 * imageShape.reduce((a, b) => a * b, 1) ** 2;

/** Whether images are small enough for D_L to be fitted at ten noise levels at once. */
export const linearFitIsPossible = (imageShape: ImageShape): boolean =>
    linearFitBytes(imageShape) <= MAX_BYTES;

function checkSize({imageShape}: EdmModel): void {
  const bytes = linearFitBytes(imageShape);
  if (linearFitIsPossible(imageShape)) return;
  throw new RangeError(`openOwnStudy: D_L at ten noise levels needs about ` +
      `${(bytes / 2 ** 30).toFixed(0)} GiB for images of ${imageShape.join('x')}; compare with ` +
      'gaussianDenoiser and multiDeltaDenoiser, or fit D_L one noise level at a time with ' +
      'fitLinearClosedForm');
}

/** SHA-256 of what decides a model's outputs. */
function hashOf({form}: EdmModel, parameters: Float32Array): string {
  const bytes = new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength);
  return createHash('sha256').update(canonicalJson(form)).update(bytes).digest('hex');
}
