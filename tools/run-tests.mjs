/**
 * Runs the compiled tests with Node's own test runner, one file at a time: the machine's cores
 * belong to TensorFlow. Tests in a browser (test/browser) are a target of their own: they need
 * Chromium and take minutes.
 *
 *   npm test              all tests but those in a browser
 *   npm test -- sampling  of these the files whose path contains "sampling"
 *   npm run test:browser  the tests in a browser; `npm run test:browser -- site` some of them
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

/** A file that runs longer is stuck. The notebooks, the longest, take minutes. */
const FILE_LIMIT_MS = 30 * 60_000;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'dist', 'test');
const inBrowser = process.argv[2] === '--browser';
const wanted = process.argv.slice(inBrowser ? 3 : 2);
const files = (existsSync(folder) ? readdirSync(folder, {recursive: true, encoding: 'utf8'}) : [])
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => name.startsWith(`browser${path.sep}`) === inBrowser)
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
