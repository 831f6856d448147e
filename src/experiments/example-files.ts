/** A model and image zips as a user would bring them, made from a run of the project's own. */
import {existsSync, mkdirSync} from 'node:fs';
import * as path from 'node:path';
import {collectionOf} from '../data/image-collection';
import {writeImageZip} from '../data/write-image-zip';
import {projectPaths} from '../paths';
import type {Dataset, OnProgress} from '../types';
import {exportRun} from './export-run';
import type {OwnFiles} from './own-study';
import {openWorkspace} from './workspace';

/**
 * Exports the profile's run with the most images, and writes its training and held-out images as
 * zips, unless that was done before.
 * @param profile name of the profile, as `profileOf` takes it.
 * @param options `onProgress` is told of training and writing.
 * @returns their paths, in the project's cache.
 * @throws Error as `openWorkspace` and `trainRun` do.
 * @example
 * const {model, train} = await hg.exampleFiles('smoke');
 * console.log(model.split('/').at(-1)); // network-of-512-images
 * console.log((await hg.loadDataset(train)).count); // 512
 */
export async function exampleFiles(
    profile: string, {onProgress}: {readonly onProgress?: OnProgress} = {}):
    Promise<Required<OwnFiles>> {
  const workspace = await openWorkspace({profile, ...(onProgress && {onProgress})});
  const n = workspace.profile.sizes.at(-1)!;
  const {stored} = await workspace.trainRun(n);
  const [train, heldOut] = [workspace.trainingSet(n), workspace.heldOut];
  const folder = path.join(projectPaths().cache, 'example', stored.id);
  const zipOf = ({name, hash}: Dataset): string =>
    path.join(folder, hash.slice(0, 16), `${name.replaceAll('/', '-')}.zip`);
  const files = {
    model: path.join(folder, `network-of-${n}-images`), train: zipOf(train),
    heldOut: zipOf(heldOut),
  };
  if (!existsSync(files.model)) await exportRun(workspace.store, stored.id, files.model);
  for (const [file, dataset] of [[files.train, train], [files.heldOut, heldOut]] as const) {
    mkdirSync(path.dirname(file), {recursive: true});
    if (!existsSync(file)) await writeImageZip(collectionOf(dataset), file, onProgress);
  }
  await workspace.close();
  return files;
}
