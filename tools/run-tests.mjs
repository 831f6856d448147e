/**
 * Runs the compiled tests with Node's own test runner. Most files run two at a time, since most of
 * their time is start-up and JavaScript on one core; the longest begin first. What measures time, or
 * kills, stops and fills things at chosen moments, then runs alone. Both parts are one report. Tests
 * in a browser (test/browser) are a target of their own: they need Chromium and take minutes.
 *
 *   npm test              all tests but those in a browser
 *   npm test -- sampling  of these the files whose path contains "sampling"
 *   npm run test:browser  the tests in a browser; `npm run test:browser -- site` some of them
 */
import {existsSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import {run} from 'node:test';
import {spec} from 'node:test/reporters';
import {fileURLToPath} from 'node:url';

/** A file that runs longer is stuck. The notebooks, the longest, take minutes. */
const FILE_LIMIT_MS = 30 * 60_000;
/** Beginnings of the paths of the files that have the machine to themselves. */
const ALONE = [
  'browser/', 'experiments/training-speed', 'faults/full-disk', 'faults/interrupts',
  'faults/kills', 'faults/slurm', 'faults/two-processes', 'fuzz/',
];
/** The longest of the others, the longest first: begun late, they would run on by themselves. */
const LONG = [
  'experiments/notebooks', 'cli/sweep', 'golden-run/golden', 'faults/damage', 'figures/notebook',
  'bad/', 'cli/runs', 'data/cifar10',
];

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'dist', 'test');
const inBrowser = process.argv[2] === '--browser';
const wanted = process.argv.slice(inBrowser ? 3 : 2);
const names = (existsSync(folder) ? readdirSync(folder, {recursive: true, encoding: 'utf8'}) : [])
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => name.startsWith(`browser${path.sep}`) === inBrowser)
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .sort();

/** @param {string[]} beginnings @param {string} name the place of the one it has, or -1. */
const placeIn = (beginnings, name) =>
  beginnings.findIndex((part) => name.replaceAll(path.sep, '/').startsWith(part));
/** @param {string} name */
const rank = (name) => placeIn(LONG, name) >>> 0; // -1 becomes the largest
const alone = names.filter((name) => placeIn(ALONE, name) >= 0);
const together = names.filter((name) => placeIn(ALONE, name) < 0)
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));

/** What Node's runner says at its end, one diagnostic a line: the two parts have one sum. */
const TOTAL = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/;

async function main() {
  if (names.length === 0) {
    const which = wanted.length === 0 ? '' : ` whose path contains ${wanted.join(' or ')}`;
    throw new Error(`run-tests: expected compiled tests in dist/test, found none${which}; ` +
        'run `make setup` first');
  }
  process.chdir(root); // where the tests run
  const events = new PassThrough({objectMode: true});
  const reporter = Reflect.construct(spec, []);
  events.pipe(reporter).pipe(process.stdout);
  /** @type {Map<string, number>} */
  const totals = new Map();
  for (const [part, concurrency] of /** @type {const} */ ([[together, 2], [alone, 1]])) {
    if (part.length === 0) continue;
    const files = part.map((name) => path.join(folder, name));
    for await (const event of run({files, concurrency, timeout: FILE_LIMIT_MS})) {
      const [, name, value] = isTotal(event) ? TOTAL.exec(event.data.message) ?? [] : [];
      if (name !== undefined) totals.set(name, (totals.get(name) ?? 0) + Number(value));
      else if (event.type !== 'test:summary' || event.data.file !== undefined) events.write(event);
    }
  }
  for (const [name, value] of totals) {
    events.write({type: 'test:diagnostic', data: {nesting: 0, message: `${name} ${value}`}});
  }
  events.end();
  const count = (/** @type {string} */ name) => totals.get(name) ?? 0;
  // No total at all would mean that the runner has changed how it tells them.
  process.exitCode = count('tests') > 0 && count('fail') + count('cancelled') === 0 ? 0 : 1;
}

/** @param {any} event of Node's test runner. */
const isTotal = ({type, data}) =>
  type === 'test:diagnostic' && data.nesting === 0 && data.file === undefined;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error && error.message.startsWith('run-tests') ?
    error.message : error);
  process.exitCode = 1;
}
