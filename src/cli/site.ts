/** `hidden-gaussian site`: the executed notebooks as pages that open from a disk. */
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {exitOf} from '../experiments/child-exit';
import {projectPaths} from '../paths';
import {buildSite, profileSite} from '../site/build-site';

export interface SiteCommandOptions {
  /** One of `PROFILE_NAMES`. */
  readonly profile: string;
  /** Whether the documentation of the API is part of the site, where its tool is installed. */
  readonly api: boolean;
}

export async function site({profile, api}: SiteCommandOptions): Promise<void> {
  const {root} = projectPaths();
  const sources = profileSite(profile);
  const tool = path.join(root, 'tools', 'api-docs', 'main.mjs');
  const withApi = api && existsSync(tool);
  const pages = await buildSite({...sources, ...(withApi && {writeApi: runTool(tool, root)})});
  for (const {file, bytes} of pages) {
    console.log(`${path.relative(root, file)}  ${(bytes / 1e6).toFixed(1)} MB with all it loads`);
  }
  if (api && !withApi) console.log('Without API documentation: tools/api-docs is not here.');
}

/** Runs the tool that writes the documentation of the API into a folder. */
const runTool = (tool: string, root: string) => async (folder: string): Promise<void> => {
  const child = spawn(process.execPath, [tool, folder],
      {cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: {...process.env, NO_COLOR: '1'}});
  const {status, complaint} = await exitOf(child, 4000);
  if (status !== 0) {
    throw new Error('the documentation of the API failed; mend the doc comments, or write the ' +
        `site without it (--no-api):\n${complaint}`);
  }
};
