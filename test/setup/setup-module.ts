/** The scripts of tools/setup, which are plain JavaScript without declarations. */
import * as path from 'node:path';
import {pathToFileURL} from 'node:url';
import {ROOT} from '../helpers';

/** Address of `tools/setup/<name>.mjs`. */
export const setupModuleUrl = (name: string): string =>
    pathToFileURL(path.join(ROOT, 'tools', 'setup', `${name}.mjs`)).href;

export const setupModule = (name: string): Promise<any> => import(setupModuleUrl(name));
