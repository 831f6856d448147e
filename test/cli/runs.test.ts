import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {PassThrough} from 'node:stream';
import {test} from 'node:test';
import {askOn} from '../../src/cli/confirm';
import {counted, formatBytes, shortened} from '../../src/cli/units';
import {listCommand} from '../../src/cli/runs';
import type {RunsContext} from '../../src/cli/runs-context';
import {gcCommand, removeCommand} from '../../src/cli/runs-remove';
import {showCommand} from '../../src/cli/runs-show';
import {RUN_FORMAT} from '../../src/store/run-request';
import {encodeSafetensors} from '../../src/store/safetensors';
import {
  finished, measureRequest, newRoot, ofFormat, put, resultOf, running, trainRequest, unfinished,
} from '../store/some-runs';
import {snapshot} from '../store/snapshot';
import {ROOT} from '../paths';
import {cli} from './run-cli';

/** A context that keeps the lines, and answers as a person would. */
function contextOf(root: string, ask?: RunsContext['ask']): RunsContext & {lines: string[]} {
  const lines: string[] = [];
  return {root, lines, print: (line) => lines.push(line), ask};
}

/** `runs <args>` on a store; stdin is no terminal. */
const runs = (root: string, ...args: string[]) => cli(['runs', ...args, '--store', root]);

const ONE = {shape: [1], data: Float32Array.of(1)};

test('list tells state, date, time, size and what a run is, and the totals', async () => {
  const root = newRoot();
  const trained = await finished(root, trainRequest(7));
  const measured = await finished(root, measureRequest(trained));
  const old = await ofFormat(root, RUN_FORMAT - 1, trainRequest(8));
  const part = await unfinished(root, trainRequest(9));
  const work = await running(root, {kind: 'square', options: {n: 3, list: [1, 'a']}});
  put(root, `${part}/damaged-1/log.txt`, 'x');
  const context = contextOf(root);
  listCommand({}, context);
  const line = (id: string): string => context.lines.find((text) => text.startsWith(id)) ?? '';
  assert.match(line(trained), new RegExp('  finished +\\d{4}-\\d\\d-\\d\\d  +\\d s  +\\d\\.\\d KiB  ' +
      'tiny, N = 100, width 16, seed 7, 2000 steps$'));
  assert.ok(line(measured).endsWith(`  of ${trained}`));
  assert.match(line(old), new RegExp(`  finished, format ${RUN_FORMAT - 1}  `));
  assert.match(line(part), /  unfinished, parts set aside  .* seed 9, 2000 steps$/);
  assert.match(line(work.id), new RegExp(
      `  running  .*  3 of 8 on .+, process ${process.pid}; n 3, list\\[0\\] 1, list\\[1\\] a$`));
  assert.match(context.lines.at(-1)!, /^5 runs: 3 finished, 1 running, 1 unfinished; \d+\.\d KiB$/);
  assert.throws(() => listCommand({kind: 'trian'}, contextOf(root)),
      {message: 'runs: there are no runs of kind trian; there are linearity, square, train'});
  const trainings = contextOf(root);
  listCommand({kind: 'train'}, trainings);
  assert.equal(trainings.lines.length, 4);
  await work.end();
});

test('a description is cut short at a terminal only', async () => {
  const root = newRoot();
  await finished(root, {kind: 'square', options: {text: 'a'.repeat(11), list: new Array(20).fill(7)}});
  const [whole, cut] = [contextOf(root), {...contextOf(root), width: 60}];
  [whole, cut].forEach((context) => listCommand({}, context));
  assert.ok(whole.lines[0]!.endsWith('list[18] 7, list[19] 7'));
  assert.match(cut.lines[0]!, /…$/);
  assert.equal(whole.lines[0]!.indexOf('text a') + 60, cut.lines[0]!.length);
});

test('show names what is damaged', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  put(root, `${id}/result.json`, '{');
  const context = contextOf(root);
  showCommand(id, {}, context);
  assert.ok(context.lines.some((line) =>
    /^ +damaged +/.test(line) && line.includes(`${id}/result.json: expected the result record`)));
});

test('runs alone is the list, and --json is for scripts', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  const {status, stdout, stderr} = runs(root);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(runs(root, 'list').stdout, stdout);
  assert.match(stdout, new RegExp(`^${id}  finished  .*\n1 run: 1 finished; .*\n$`));
  const {runs: [run], strangers} = JSON.parse(runs(root, '--json').stdout);
  assert.deepEqual([run.id, run.state, run.format, run.needs, run.request.kind, strangers],
      [id, 'finished', RUN_FORMAT, [], 'train', []]);
  assert.equal(cli(['runs'], {HIDDEN_GAUSSIAN_RUNS: path.join(root, 'none')}).stdout,
      '0 runs; 0 B\n');
  assert.equal(runs(path.join(root, 'none')).stderr, 'hidden-gaussian: --store: expected the ' +
      `folder of a run store, there is none at ${path.join(root, 'none')}\n`);
  const lost = runs(root, 'lost');
  assert.deepEqual([lost.status, lost.stderr],
      [1, 'hidden-gaussian: runs: there is no command lost; --help lists them\n']);
});

test('looking after a store loads no TensorFlow', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  const {status, stderr} = spawnSync(process.execPath, ['-e', `
    const {main} = require(${JSON.stringify(path.join(ROOT, 'dist', 'src', 'cli.js'))});
    const run = (...args) =>
      main(['node', 'x', 'runs', ...args, '--store', ${JSON.stringify(root)}]);
    (async () => {
      const id = ${JSON.stringify(id)};
      for (const args of [[], ['show', id], ['verify'], ['diff', id, id], ['gc'],
        ['rm', id, '--yes']]) {
        if (await run(...args) !== 0) throw new Error(args.join());
      }
      const loaded = Object.keys(require.cache).filter((file) => /tfjs|src.backend/.test(file));
      if (loaded.length > 0) throw new Error(loaded.join());
    })();`], {encoding: 'utf8'});
  assert.deepEqual([status, stderr], [0, '']);
});

test('what stands in a request or a file name never acts on the terminal', async () => {
  const root = newRoot();
  const evil = '\x1b[2J\x1b]0;owned\x07\u202egnp\n\u009b31m';
  const request = {
    kind: 'train',
    options: {dataset: {name: evil, count: 1}, [evil]: evil, train: {width: 4, seed: 0, steps: 1}},
  };
  const id = await finished(root, request, {arrays: {}, values: {[evil]: evil}});
  put(root, `${evil.replace('/', '')}.txt`, '');
  put(root, `${id}/${evil}`, '');
  for (const args of [[], ['show', id], ['verify'], ['gc'], ['rm', id], ['diff', id, id],
    ['--json'], ['show', id, '--json'], ['verify', '--json'], ['diff', id, id, '--json']]) {
    const {stdout, stderr} = runs(root, ...args);
    assert.doesNotMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/, args.join(' '));
    if (args.includes('--json')) JSON.parse(stdout);
  }
  assert.equal(JSON.parse(runs(root, 'show', id, '--json').stdout).values[evil], evil);
});

test('show tells everything of a finished run', async () => {
  const root = newRoot();
  const parent = await finished(root, trainRequest(5), undefined, {'checkpoints/a': 'abc'});
  const child = await finished(root, measureRequest(parent));
  const {stdout} = runs(root, 'show', parent.slice(0, 12));
  for (const expected of [/^train-\S+\n/, /\n  state +finished\n/, /\n  dataset\.name +tiny\n/,
    /\n  train\.checkpoints +\[1000, 2000\]\n/, /\n  mean +1\n/, /\n  checkpoints\/a +3 B\n/,
    /\n  version +\d/, /\n  attempts +1\n/, /\n  train\.seed +5\n/,
    new RegExp(`\nis needed by\n  ${child} +finished\n`)]) {
    assert.match(stdout, expected);
  }
  assert.doesNotMatch(stdout, /resumes|progress/);
  assert.match(runs(root, 'show', child).stdout,
      new RegExp(`\nis built on\n  ${parent} +finished\n`));
  const {provenance, children, files} = JSON.parse(runs(root, 'show', parent, '--json').stdout);
  assert.equal(provenance.attempts, 1);
  assert.deepEqual(children, [{id: child, state: 'finished'}]);
  assert.ok(files.some(({name}: {name: string}) => name === 'result.safetensors'));
});

test('show tells where an unfinished run goes on, and how far a running one is', async () => {
  const root = newRoot();
  const sinceRow = JSON.stringify({lossSum: 1, steps: 100, seconds: 1});
  const stateAt = (step: number): Buffer => encodeSafetensors({
    weights: ONE, average: ONE, momentum: ONE, variance: ONE,
  }, {step: `${step}`, sinceRow});
  const row = JSON.stringify({step: 1000, loss: 1, trainLoss: 1, heldOutLoss: 1});
  const part = await unfinished(root, trainRequest(1), {
    'states/step-0000700.safetensors': stateAt(700),
    'states/step-0001100.safetensors': stateAt(1100),
    'checkpoints/step-0001000.safetensors':
        encodeSafetensors({weights: ONE, average: ONE}, {step: '1000', row}),
  });
  const show = (id: string): string => {
    const context = contextOf(root);
    showCommand(id, {}, context);
    return context.lines.join('\n');
  };
  assert.match(show(part), /\n  resumes +after step 1100\n/);
  put(root, `${part}/checkpoints/step-0001000.safetensors`, 'damaged');
  const before = snapshot(root);
  assert.match(show(part), /\n  resumes +after step 700\n/);
  assert.deepEqual(snapshot(root), before, 'the damaged file is not set aside by looking');
  assert.match(show(await unfinished(root, trainRequest(2))), /\n  resumes +from the beginning\n/);
  const orphan = await unfinished(root, measureRequest('train-0123456789abcdef'));
  assert.match(show(orphan), /\n  resumes +with the files that it has written, /);
  assert.match(show(orphan), /\nis built on\n  train-0123456789abcdef  absent/);
  const work = await running(root, trainRequest(3));
  assert.match(show(work.id),
      new RegExp(`\n  progress +square, 3 of 8 on .*process ${process.pid}`));
  await work.end();
});

test('verify names damaged files and exits with 1; a whole store with 0', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  const other = await finished(root, trainRequest(2));
  const whole = runs(root, 'verify');
  assert.equal(whole.status, 0);
  assert.match(whole.stdout,
      /^2 runs, 8 files, \d+\.\d KiB in \d+ s: nothing is damaged\n$/);
  const file = put(root, `${id}/result.safetensors`, 'no');
  const {status, stdout} = runs(root, 'verify');
  assert.equal(status, 1);
  const lines = stdout.split('\n');
  assert.ok(lines[0]!.startsWith(`damaged  ${file}: `), stdout);
  assert.match(lines[1]!, new RegExp(`-> ${id}: is mended when it is asked for: `));
  assert.match(lines[2]!, /: 1 run damaged$/);
  assert.equal(runs(root, 'verify', other).status, 0);
  const json = JSON.parse(runs(root, 'verify', id, '--json').stdout);
  assert.deepEqual([json.damaged, json.runs[0].damages[0].name], [1, 'result.safetensors']);
});

test('diff exits with 0 for the same results and with 1 for others', async () => {
  const root = newRoot();
  const [a, b, c] = [await finished(root, trainRequest(1)), await finished(root, trainRequest(2)),
    await finished(root, trainRequest(3), resultOf(1.5))];
  const same = runs(root, 'diff', a, b);
  assert.equal(same.status, 0);
  assert.match(same.stdout,
      /\nrequest\n  options\.train\.seed: 1 -> 2 .*\n\nThe results are the same/);
  const {status, stdout} = runs(root, 'diff', a, c);
  assert.equal(status, 1);
  assert.match(stdout, /\n  mean: 1 -> 1\.5 \(relative difference 0\.333\)\n/);
  assert.match(stdout,
      /\n  result\.safetensors: x differs in 1 of 2 values, by at most 0\.500\n/);
  assert.equal(JSON.parse(runs(root, 'diff', a, c, '--json').stdout).same, false);
});

test('rm and gc remove nothing without a terminal and without --yes', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  put(root, `${id}/damaged-1/x`, 'abc');
  const before = snapshot(root);
  for (const args of [['rm', id], ['gc']]) {
    const {status, stdout} = runs(root, ...args);
    assert.equal(status, 1);
    assert.match(stdout, /nobody to ask; give --yes to remove it\.\n$/);
    assert.deepEqual(snapshot(root), before);
  }
  const gc = runs(root, 'gc', '--yes');
  assert.deepEqual([gc.status, gc.stdout.split('\n')], [0, [
    'damaged files that were set aside: 3 B', `  ${path.join(root, id, 'damaged-1')}  3 B`,
    'removed 3 B', '',
  ]]);
  assert.equal(runs(root, 'gc').stdout, 'There is nothing to remove.\n');
  const rm = runs(root, 'rm', id, '--yes');
  assert.equal(rm.status, 0);
  assert.match(rm.stdout, new RegExp(`^remove  ${id}  finished  .*seed 1.*\nremoved 1 run, .*\n$`));
  assert.deepEqual(readdirSync(root), []);
});

test('rm refuses what another run needs, and says how to remove both', async () => {
  const root = newRoot();
  const parent = await finished(root, trainRequest(1));
  const child = await finished(root, measureRequest(parent));
  const {status, stdout} = runs(root, 'rm', parent, '--yes');
  assert.equal(status, 1);
  assert.equal(stdout, `${parent}: is needed by ${child}; name these too, or give ` +
      '--with-dependents\nNothing was removed.\n');
  assert.equal(runs(root, 'rm', parent, '--with-dependents', '--yes').status, 0);
  assert.deepEqual(readdirSync(root), []);
});

test('the answer counts, and what happened while the question stood there', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  const no = contextOf(root, async () => false);
  assert.equal(await removeCommand([id], {}, no), 1);
  assert.equal(no.lines.at(-1), 'Nothing was removed.');

  const late = contextOf(root, async () => {
    await finished(root, measureRequest(id));
    return true;
  });
  assert.equal(await removeCommand([id], {}, late), 1);
  assert.match(late.lines.at(-2)!, /is needed by linearity-/);
  assert.equal(readdirSync(root).length, 2);

  const part = await unfinished(root, trainRequest(2));
  const gone: (() => Promise<void>)[] = [];
  const begun = contextOf(root, async () => {
    const work = await running(root, trainRequest(2));
    put(root, `${id}/damaged-1/x`, 'came later');
    gone.push(work.end);
    return true;
  });
  assert.equal(await gcCommand({unfinished: true}, begun), 0);
  assert.equal(begun.lines.at(-1), 'removed 0 B');
  await gone[0]!();
  assert.ok(readdirSync(root).includes(part));
  assert.equal(readFileSync(path.join(root, id, 'damaged-1', 'x'), 'utf8'), 'came later');

  const yes = contextOf(root, async () => true);
  assert.equal(await removeCommand([id], {withDependents: true}, yes), 0);
  assert.deepEqual(readdirSync(root), [part]);
});

test('a name that no run or that several runs have is one line on stderr', async () => {
  const root = newRoot();
  const [a, b] = [await finished(root, trainRequest(1)), await finished(root, trainRequest(2))];
  for (const command of ['show', 'verify', 'rm']) {
    const none = runs(root, command, 'train-x');
    assert.deepEqual([none.status, none.stderr], [1, `hidden-gaussian: train-x: there is no such ` +
        `run in ${root}; \`npx hidden-gaussian runs\` lists them\n`]);
    const many = runs(root, command, 'train');
    assert.equal(many.stderr, 'hidden-gaussian: train: expected the name of one run, 2 have it: ' +
        `${[a, b].sort().join(', ')}\n`);
  }
});

test('a folder that is no run cannot be shown, verified or removed', () => {
  const root = newRoot();
  const name = `photos-${'0'.repeat(16)}`;
  put(root, `${name}/holiday.jpg`, 'mine');
  for (const args of [['show', name], ['verify', name], ['rm', name, '--yes']]) {
    const {status, stderr} = runs(root, ...args);
    assert.equal(status, 1);
    assert.match(stderr, /^hidden-gaussian: photos-0+: there is no such run in /);
  }
  assert.match(runs(root, 'gc', '--yes').stdout, /^photos-0+: not a run, left alone\nThere is noth/);
  assert.deepEqual(Object.keys(snapshot(root)), [`${name}/holiday.jpg`]);
});

test('yes is y or yes; anything else, and the end of the input, is no', async () => {
  for (const [typed, answer] of [['y\n', true], ['YES\n', true], ['\n', false], ['yep\n', false],
    ['n\n', false], ['', false]] as const) {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const asked = askOn(input, output)('Remove it?');
    input.end(typed);
    assert.equal(await asked, answer, typed);
    assert.match(String(output.read()), /^Remove it\? \[y\/N\] /);
  }
});

test('sizes, counts and long texts are short and readable', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 1048575, 3 * 2 ** 30, 2 ** 52].map(formatBytes),
      ['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '1.0 MiB', '3.0 GiB', '4096.0 TiB']);
  assert.deepEqual([counted(1, 'run'), counted(1234, 'run')], ['1 run', '1,234 runs']);
  assert.deepEqual([shortened('abc', 3), shortened('abcd', 3), shortened('🙂🙂🙂', 2)],
      ['abc', 'ab…', '🙂…']);
});
