import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {mergeResults, readmeFile, readResults, withResults} from '../../bench/results';
import type {PairedResult, PlainResult, Result} from '../../bench/results';
import {milliseconds, renderResults} from '../../bench/table';

const origin = {
  date: '2030-01-02T03:04:05.000Z', commit: '0123456789',
  machine: {processor: 'CPU', cores: 2, isa: ['avx2'], memoryGB: 8, platform: 'linux x64'},
  versions: {node: '20.0.0', torch: '2.13.0'},
};
const timing = {label: 'ours', ms: 100, firstMs: 2345, rssMB: 512.4, deviation: 0};
const peer = (label: string, ms: number) =>
  ({...timing, label, ms, ratio: {median: ms / 100, q1: 1.2, q3: 2.345}, deviation: 1e-6});
const paired: PairedResult = {
  kind: 'paired', id: 'step', title: 'a step', pairs: 15, ours: timing,
  peers: {
    eager: peer('PyTorch eager', 150), compiled: peer('PyTorch compile', 120),
    half: {...peer('PyTorch half', 50), excluded: 'too far off'}, tfjs: peer('tfjs-node', 20_000),
  },
  comparisons: [
    {against: 'PyTorch', best: 'compiled', ratio: {median: 1.2, q1: 1.1, q3: 1.3}, target: 1,
      aim: 1.4},
    {against: 'tfjs-node', best: 'tfjs', ratio: {median: 200, q1: 190, q3: 210}, target: 2.5,
      aim: 4},
  ],
  share: 0.256, check: 'loss', notes: [], origin,
};
const plain: PlainResult = {
  kind: 'plain', id: 'memory', title: 'growth', values: [['growth', '60 MB'], ['tensors', '0']],
  numbers: {growthMB: 60}, target: 'under 50 MB', reached: false, origin,
};

test('a row shows times, the best peer in bold, ratio, target, aim and share', () => {
  const lines = renderResults([paired]).split('\n');
  assert.equal(lines[2], '| **step** a step | 100 ms | PyTorch eager 150 ms<br>' +
      '**PyTorch compile 120 ms**<br>PyTorch half 50 ms (too far off) | ' +
      '**1.2 ×** [1.1 ×, 1.3 ×] | 1 ×, 1.4 × | ✔ | 26 % |');
  assert.equal(lines[3], '| **step**, the same | 100 ms | **tfjs-node 20 s** | ' +
      '**200 ×** [190 ×, 210 ×] | 2.5 ×, 4 × | ✔ aim |  |');
  assert.ok(lines.includes('| step | ours | 100 ms |  | 2350 ms | 512 MB | 0.0e+0 |'));
  assert.ok(lines.includes(
    '| step | PyTorch half | 50 ms | **0.5 ×** [1.2 ×, 2.35 ×] | 2350 ms | 512 MB | 1.0e-6 |'));
});

test('measures without a peer have a table, and results of one origin share a line', () => {
  const text = renderResults([paired, plain]);
  assert.match(text, /^\| \*\*memory\*\* growth \| growth 60 MB<br>tensors 0 \| .* \| ✘ \|$/m);
  assert.match(text, /^step, memory: 2030-01-02, commit 0123456789, CPU, 2 cores \(avx2\),/m);
});

test('times have three digits, and are seconds from ten seconds up', () => {
  assert.deepEqual([0.12345, 98.76, 9999, 12_345].map(milliseconds),
      ['0.123 ms', '98.8 ms', '10000 ms', '12.3 s']);
});

test('new results replace those of the same case; the others stay, in order', () => {
  const fresh = {...paired, title: 'new'};
  const merged = mergeResults([plain, paired], [fresh], ['step', 'other', 'memory']);
  assert.deepEqual(merged, [fresh, plain]);
  assert.deepEqual(mergeResults([plain], [paired], ['step']), [paired]);
});

test('the table goes between the marks, whatever stood there', () => {
  const text = 'before\n<!-- results: written by make bench -->\nold\n<!-- end of results -->\nend';
  const results: Result[] = [plain];
  const written = withResults(text, results);
  assert.ok(written.includes(renderResults(results)) && !written.includes('old'));
  assert.ok(written.startsWith('before\n') && written.endsWith('\nend'));
  assert.equal(withResults(written, results), written);
  assert.throws(() => withResults('no marks', results), /expected the marks/);
});

test('the README shows exactly what results.json holds', () => {
  const text = readFileSync(readmeFile(), 'utf8');
  assert.equal(withResults(text, readResults()), text);
});
