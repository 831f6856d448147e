/**
 * Runs every compiled test with Node's own test runner, one file at a time: the machine's cores
 * belong to TensorFlow.
 *
 *   npm test              all tests
 *   npm test -- sampling  the files whose path contains "sampling"
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

/** A file that runs longer is stuck. The notebooks, the longest, take minutes. */
const FILE_LIMIT_MS = 30 * 60_000;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'dist', 'test');
const wanted = process.argv.slice(2);
const files = (existsSync(folder) ? readdirSync(folder, {recursive: true, encoding: 'utf8'}) : [])
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .sort()
    .map((name) => path.join('dist', 'test', name));

if (files.length === 0) {
  const which = wanted.length === 0 ? '' : ` whose path contains ${wanted.join(' or ')}`;
  console.error(`run-tests: expected compiled tests in dist/test, found none${which}; ` +
      'run `make setup` first');
  process.exit(1);
}
const {status} = spawnSync(process.execPath, [
  '--test', '--test-concurrency=1', `--test-timeout=${FILE_LIMIT_MS}`, '--test-reporter=spec',
  ...files,
], {cwd: root, stdio: 'inherit'});
process.exitCode = status ?? 1;
