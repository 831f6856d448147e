/** What is in a folder, to the byte. */
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {sha256} from '../../src/store/canonical';
import {filesIn} from '../../src/store/files-in';

/** Names and sums of all files below a folder. */
export const snapshot = (folder: string): Readonly<Record<string, string>> =>
    Object.fromEntries(filesIn(folder).map(({name}) =>
      [name, sha256(readFileSync(path.join(folder, name)))]));
