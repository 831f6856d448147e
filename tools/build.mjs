/**
 * Compiles the TypeScript of src, test and bench into dist, and removes from dist what no source
 * stands behind any more: a test that was deleted must not go on running.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');

// The compiler trusts its notes about dist; without the main outputs they are worthless.
if (!existsSync(path.join(dist, 'src', 'index.js'))) rmSync(dist, {recursive: true, force: true});

const {status} = spawnSync(
    process.execPath, [compiler, '-p', path.join(root, 'tsconfig.json')], {stdio: 'inherit'});
if (status === 0) removeOrphans();
process.exitCode = status ?? 1;

function removeOrphans() {
  for (const folder of ['src', 'test', 'bench']) {
    if (!existsSync(path.join(dist, folder))) continue;
    for (const name of readdirSync(path.join(dist, folder), {recursive: true, encoding: 'utf8'})) {
      const output = path.join(folder, name);
      const source = output.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
      if (source !== output && !existsSync(path.join(root, source))) {
        rmSync(path.join(dist, output), {force: true});
      }
    }
  }
}
