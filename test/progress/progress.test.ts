import assert from 'node:assert/strict';
import {PassThrough} from 'node:stream';
import test from 'node:test';
import {createEstimator, formatDuration, progressFraction} from '../../src/progress/estimate';
import {notebookProgress} from '../../src/progress/notebook-progress';
import {terminalProgress} from '../../src/progress/terminal-progress';

const report = (done: number, total = 100, label = 'train', detail?: string) =>
    ({label, done, total, ...(detail !== undefined && {detail})});

/** A clock that moves when told. */
function fakeClock(): {now: () => number; pass(ms: number): void} {
  let time = 1000;
  return {now: () => time, pass: (ms) => {
    time += ms;
  }};
}

/** A stream that keeps what is written; a terminal if `isTTY`. */
function fakeStream(isTTY: boolean): {stream: NodeJS.WriteStream; text(): string} {
  const chunks: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const parts = {
    isTTY, columns: 100, cursorTo() {}, moveCursor() {}, clearLine() {}, clearScreenDown() {},
  };
  return {stream: Object.assign(stream, parts) as unknown as NodeJS.WriteStream,
    text: () => chunks.join('')};
}

test('durations read as seconds, minutes or hours', () => assert.deepEqual(
    [400, 42_000, 59_700, 185_000, 3_725_000, -5].map(formatDuration),
    ['0 s', '42 s', '1 min 00 s', '3 min 05 s', '1 h 02 min', '0 s']));

test('durations of plans read as days or years', () => {
  const day = 86_400_000;
  assert.deepEqual([1.99, 2, 12.4, 364, 400, 36_525, 4e6].map((days) => formatDuration(days * day)),
      ['47 h 45 min', '2.0 days', '12 days', '364 days', '1.1 years', '100 years',
        '10,951 years']);
});

test('the done part stays in [0, 1]', () => assert.deepEqual(
    [report(5, 10), report(12, 10), report(-1, 10), report(0, 0)].map(progressFraction),
    [0.5, 1, 0, 1]));

test('the time left follows the speed since the start, not work found done', () => {
  const {now, pass} = fakeClock();
  const estimate = createEstimator(now);
  assert.equal(estimate(report(50)).leftMs, undefined);
  pass(1000);
  const {elapsedMs, leftMs} = estimate(report(60));
  assert.equal(elapsedMs, 1000);
  assert.equal(Math.round(leftMs!), 4000);
});

test('the notebook gets at most two updates a second, and the first and last', () => {
  const {now, pass} = fakeClock();
  const sent: string[] = [];
  const onProgress = notebookProgress({now, display: {raw: (_, html) => sent.push(`${html}`)}});
  for (let done = 0; done <= 100; done++) {
    onProgress(report(done, 100, 'train', 'loss 0.1'));
    pass(100);
  }
  assert.equal(sent.length, 21);
  assert.match(sent[0]!, /<progress value="0.0000".*train: 0 of 100 · loss 0\.1/);
  assert.match(sent[10]!, /train: 50 of 100 · loss 0\.1 · 5 s left/);
  assert.equal(sent.at(-1), '<div>train: 100 in 10 s · loss 0.1</div>');
});

test('a computation that was stopped leaves what is kept of it, and the next one its bar', () => {
  const sent: string[] = [];
  const onProgress = notebookProgress(
      {final: 'clear', now: () => 0, display: {raw: (_, html) => sent.push(`${html}`)}});
  onProgress(report(3));
  onProgress({...report(3), stopped: 'step 3 is kept'});
  assert.equal(sent.at(-1), '<div>train: stopped; step 3 is kept. Run the cell again to go on.</div>');
  onProgress(report(4));
  assert.match(sent.at(-1)!, /^<div><progress.*train: 4 of 100/);
});

test('computations one after the other leave a line each, or nothing', () => {
  const run = (final: 'line' | 'clear'): string => {
    let last = '';
    const onProgress = notebookProgress({final, now: () => 0, display: {raw: (_, html) => {
      last = `${html}`;
    }}});
    onProgress(report(0, 2, 'N = 64'));
    onProgress(report(2, 2, 'N = 64'));
    onProgress(report(1, 2, 'N < 256'));
    assert.match(last, /<progress.*N &lt; 256: 1 of 2/);
    onProgress(report(2, 2, 'N < 256'));
    return last;
  };
  assert.equal(run('line'), '<div>N = 64: 2 in 0 s</div><div>N &lt; 256: 2 in 0 s</div>');
  assert.equal(run('clear'), '');
});

test('a log gets a line at each 10 %, with the time left', () => {
  const {now, pass} = fakeClock();
  const {stream, text} = fakeStream(false);
  const onProgress = terminalProgress({stream, now});
  for (let done = 0; done <= 1000; done++) {
    onProgress(report(done, 1000, 'train', 'loss 0.1'));
    pass(10);
  }
  const lines = text().trimEnd().split('\n');
  assert.equal(lines.length, 11);
  assert.equal(lines[0], 'train: 0 % · loss 0.1');
  assert.equal(lines[5], 'train: 50 % · loss 0.1 · 5 s left');
  assert.equal(lines[10], 'train: 100 % · loss 0.1 · done in 10 s');
});

test('a log keeps computations apart by their label', () => {
  const {stream, text} = fakeStream(false);
  const onProgress = terminalProgress({stream, now: () => 0});
  [report(0, 2, 'a'), report(2, 2, 'a'), report(1, 2, 'b'), report(2, 2, 'b')].forEach(onProgress);
  assert.deepEqual(text().trimEnd().split('\n'),
      ['a: 0 %', 'a: 100 % · done in 0 s', 'b: 50 %', 'b: 100 % · done in 0 s']);
});

test('a terminal gets a bar that ends complete', () => {
  const {now, pass} = fakeClock();
  const {stream, text} = fakeStream(true);
  const onProgress = terminalProgress({stream, now});
  onProgress(report(0));
  pass(65_000);
  onProgress(report(100, 100, 'train', 'loss 0.1'));
  assert.match(text(), /train █+ 100 % loss 0\.1 · in 1 min 05 s/);
});
