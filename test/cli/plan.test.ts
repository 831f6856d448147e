import assert from 'node:assert/strict';
import {test} from 'node:test';
import {formatPlan, plan} from '../../src/cli/plan';
import {planOf} from '../../src/experiments/plan';
import {profileOf} from '../../src/experiments/profiles';

const speed = {
  flops: 1e-11, activations: 4e-9, attentionScores: 8e-9, convolutions: 1e-4, parameters: 8e-9,
};
const GIB = 2 ** 30;
const lines = (name: string, memoryBytes = 16 * GIB) => formatPlan(
    planOf(profileOf(name), {speed, processBytes: 4e8}), {memoryBytes, processes: 2});

test('a plan prints its settings, a row for each run and totals', () => {
  const text = lines('quick').join('\n');
  assert.match(text, /^Profile quick: /);
  assert.match(text, /Fashion-MNIST 16×16, 60,000 for training, 10,000 held out/);
  assert.match(text, /2,000 steps of 32 images \(0\.0640 Mimg\)/);
  assert.match(text, /checkpoints of N = 64, width 16, after steps 30 · .* · 2,000\n/);
  assert.match(text, / N +width +seed +parameters +checkpoints +GiB of memory/);
  assert.equal(text.match(/^ *[\d,]+ +(4|8|16) +0 +[\d,]+ /gm)?.length, 8);
  assert.match(text, /8 runs: .* one after another, .* with 2 at a time, .* on disk$/);
});

test('runs that are larger than the machine are counted', () => {
  assert.ok(!lines('quick').join('\n').includes('more memory'));
  assert.match(lines('quick', GIB / 2).at(-1)!,
      /^7 of them need more memory than this machine has \(0\.5 GiB\)/);
  assert.match(lines('paper').at(-1)!, /^\d+ of them need more memory/);
});

test('the paper\'s plan says how its images are made', () => {
  const text = lines('paper').join('\n');
  assert.match(text, /ffhq-64x64\.zip/);
  assert.match(text, /all steps/);
  assert.match(text, / years/);
});

test('together, runs take at least as long as the longest', () => {
  const one = planOf(profileOf('smoke'), {speed, processBytes: 4e8});
  const many = formatPlan(one, {memoryBytes: GIB, processes: 1000}).at(-1)!;
  const longest = Math.round(Math.max(...one.runs.map(({seconds}) => seconds)));
  assert.match(many, new RegExp(`, ${longest} s with 1000 at a time`));
});

test('an unknown profile is refused before anything is measured', () =>
  assert.rejects(plan('nonsense'), {name: 'RangeError', message: /unknown profile "nonsense"/}));
