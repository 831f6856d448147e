/**
 * Compares the project with a folder of references, tensor by tensor; the run itself is
 * `test/golden-run`.
 *
 *   npm run test:golden                       the project's own copy, test/golden
 *   GOLDEN_DIR=folder npm run test:golden     any folder of that form
 */
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const main = path.join(root, 'dist', 'test', 'golden-run', 'main.js');
if (!existsSync(main)) {
  console.error('golden: expected a compiled project in dist, found none; run `make setup`, or ' +
      '`npm run build` after a change');
  process.exit(1);
}
const {status} = spawnSync(process.execPath, [main], {stdio: 'inherit'});
process.exitCode = status ?? 1;
