/** The pool with small programs in the place of trainings. */
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {runPool} from '../../src/experiments/worker-pool';
import type {PoolWork} from '../../src/experiments/worker-pool';
import {ROOT} from '../paths';

const scratch = mkdtempSync(path.join(tmpdir(), 'worker-pool-test-'));
after(() => rmSync(scratch, {recursive: true}));
const events = path.join(scratch, 'events');
const command = path.join(scratch, 'worker.js');
writeFileSync(command, `const {appendFileSync, existsSync, writeFileSync} = require('node:fs');
const [name, what] = process.argv.slice(2);
const note = (event) => appendFileSync(${JSON.stringify(events)}, event + ' ' + name + '\\n');
note('start');
const end = (status) => { note('end'); process.exit(status); };
({
  works() { process.send({label: 'x', done: 1, total: 1}); setTimeout(end, 300, 0); },
  fails() { console.error('first\\nthe reason'); setTimeout(end, 50, 1); },
  dies() { process.kill(process.pid, 'SIGKILL'); },
  diesOnce() {
    const mark = ${JSON.stringify(scratch)} + '/' + name;
    if (existsSync(mark)) return end(0);
    writeFileSync(mark, ''); process.kill(process.pid, 'SIGKILL');
  },
  waits() {
    let heard = 0;
    process.on('SIGINT', () => { heard++; note('SIGINT' + heard); setTimeout(end, 300, 130); });
    setInterval(() => {}, 1000);
    note('ready');
  },
})[what]();
`);
const work = (title: string, what: string, memoryBytes = 1): PoolWork =>
    ({title, arguments: [title, what], memoryBytes});
const seen = (): string[] => readFileSync(events, 'utf8').trimEnd().split('\n');
const fresh = (): void => writeFileSync(events, '');

/** Most works between their start and their end at any time. */
function mostAtATime(): number {
  let [now, most] = [0, 0];
  for (const event of seen()) {
    now += event.startsWith('start') ? 1 : event.startsWith('end') ? -1 : 0;
    most = Math.max(most, now);
  }
  return most;
}

test('as many run at a time as there are processes', async () => {
  fresh();
  const works = ['a', 'b', 'c', 'd'].map((title) => work(title, 'works'));
  const told: string[] = [];
  const {finished, failures, interrupted} = await runPool(works, {
    processes: 2, memoryBytes: 100, command, onProgress: ({title}) => told.push(title),
  });
  assert.deepEqual(new Set(finished), new Set(works));
  assert.deepEqual([failures, interrupted], [[], undefined]);
  assert.equal(mostAtATime(), 2);
  assert.deepEqual(told.sort(), ['a', 'b', 'c', 'd']);
});

test('memory bounds them too, and a small one overtakes one that does not fit yet', async () => {
  fresh();
  const works = [work('large', 'works', 6), work('larger', 'works', 7), work('small', 'works', 3)];
  await runPool(works, {processes: 3, memoryBytes: 9, command});
  assert.equal(mostAtATime(), 2);
  assert.deepEqual(seen().filter((event) => event.startsWith('start')).sort().length, 3);
  assert.equal(seen().filter((event) => event.startsWith('start')).at(-1), 'start larger');
});

test('one that is too large is named before any is started', async () => {
  fresh();
  await assert.rejects(
      runPool([work('a', 'works'), work('huge', 'works', 5 * 2 ** 30)],
          {processes: 2, memoryBytes: 2 ** 30, command}),
      /fit 1\.0 GiB of available memory, too large are huge \(5\.0 GiB\); nothing was started/);
  assert.deepEqual(seen(), ['']);
});

test('a failure does not stop the others; its last line is the reason, its log has all', async () => {
  fresh();
  const log = path.join(scratch, 'logs', 'f.log');
  const {finished, failures} = await runPool(
      [{...work('f', 'fails'), log}, work('g', 'fails'), work('a', 'works'), work('b', 'works')],
      {processes: 2, memoryBytes: 100, command});
  assert.deepEqual(finished.map(({title}) => title).sort(), ['a', 'b']);
  assert.deepEqual(failures.map(({work: {title}, reason}) => [title, reason]).sort(),
      [['f', 'the reason'], ['g', 'the reason']]);
  assert.match(readFileSync(log, 'utf8'), /^\[\S+\] f\nfirst\nthe reason\n$/);
  assert.equal(seen().filter((event) => event === 'start f').length, 1, 'tried again');
});

test('one that a signal ended is started again, two times at most', async () => {
  fresh();
  const log = path.join(scratch, 'logs', 'dies.log');
  const {finished, failures} = await runPool(
      [{...work('once', 'diesOnce')}, {...work('always', 'dies'), log}],
      {processes: 1, memoryBytes: 100, command});
  assert.deepEqual(finished.map(({title}) => title), ['once']);
  assert.equal(seen().filter((event) => event === 'start always').length, 3);
  assert.equal(failures.length, 1);
  assert.match(failures[0]!.reason, /^ended by SIGKILL, 3 times .*memory runs out/);
  assert.match(readFileSync(log, 'utf8'), /always\n.*always, attempt 2\n.*always, attempt 3\n$/);
});

test('an interruption is passed on once, waited for, and nothing more is started', async () => {
  fresh();
  const pool = path.join(ROOT, 'dist', 'src', 'experiments', 'worker-pool.js');
  const parent = spawn(process.execPath, ['-e', `
    const {runPool} = require(${JSON.stringify(pool)});
    const work = (title) => ({title, arguments: [title, 'waits'], memoryBytes: 1});
    runPool([work('a'), work('b'), work('c')],
        {processes: 2, memoryBytes: 9, command: ${JSON.stringify(command)}})
        .then(({finished, failures, interrupted}) =>
          console.log(finished.length, failures.length, interrupted));
  `], {stdio: ['ignore', 'pipe', 'inherit']});
  let output = '';
  parent.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; });
  const closed = new Promise((resolve) => parent.on('close', resolve));
  while (seen().filter((event) => event.startsWith('ready')).length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  parent.kill('SIGINT'); // npx and a terminal both send it
  parent.kill('SIGINT');
  await closed;
  assert.equal(output, '0 0 SIGINT\n');
  assert.deepEqual(seen().sort(), ['SIGINT1 a', 'SIGINT1 b', 'end a', 'end b', 'ready a', 'ready b',
    'start a', 'start b']);
});
