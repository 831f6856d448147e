/** `hidden-gaussian figures`: executes the notebooks and gathers the claims. */
import * as path from 'node:path';
import {profileOf} from '../experiments/profiles';
import {figuresDir} from '../experiments/workspace';
import {runFigures} from '../notebooks/figures-run';
import {projectPaths} from '../paths';
import {terminalProgress} from '../progress/terminal-progress';

/** @param profile one of `PROFILE_NAMES`. */
export async function figures(profile: string): Promise<void> {
  const {claims} = await runFigures({profile, onProgress: terminalProgress()});
  const folder = path.relative(projectPaths().work, figuresDir(profileOf(profile)));
  const reproduced = claims.filter(({verdict}) => verdict === 'reproduced').length;
  const tested = claims.filter(({verdict}) => verdict !== 'not tested').length;
  console.log(`${folder}/: figures, tables and claims.json ` +
      `(${reproduced} of ${tested} statistics reproduce)`);
}
