/**
 * Checks what types cannot say, form and the direction of imports: ESLint by eslint.config.mjs.
 *
 *   npm run lint              checks everything that is there
 *   npm run lint -- src/data  checks a part
 *   npm run format            also writes what can be mended without thought
 */
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const PLACES = ['src', 'test', 'bench', 'examples', 'tools', 'bin', 'eslint.config.mjs'];

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const options = process.argv.slice(2).filter((word) => word.startsWith('-'));
const named = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const places = named.length > 0 ? named : PLACES.filter((at) => existsSync(path.join(root, at)));

const {status} = spawnSync(process.execPath, [
  path.join(root, 'node_modules', 'eslint', 'bin', 'eslint.js'), '--max-warnings=0', ...options,
  ...places,
], {cwd: root, stdio: 'inherit'});
process.exitCode = status ?? 1;
