/** The golden run itself: what it does not understand, it fails. */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import {test} from 'node:test';
import {karrasSchedule} from '../../src/sampling/schedule';
import type {NamedArray} from '../../src/store/safetensors';
import {ROOT} from '../helpers';
import {runFixture} from './engine';
import {openGoldenFolder} from './folder';
import type {Fixture} from './folder';
import {folderOf, withRecord, withTensors} from './mutate';
import {scheduleOf} from './rules/samplers';

const array = (...values: number[]): NamedArray =>
    ({shape: [values.length], data: Float64Array.from(values)});

/** The smallest fixture there is: one schedule. */
const schedule: Fixture = {
  name: 'schedule',
  record: {
    name: 'schedule', file: 'schedule.safetensors', what: 'A schedule of four steps',
    options: {sigma_min: 0.002, sigma_max: 80, rho: 7, S_churn: 0},
    tolerance: {'schedule.*': {atol: 1e-12, rtol: 1e-12}},
    compare: '|a-b| <= atol + rtol*|b| elementwise unless a note says otherwise', tensors: {},
  },
  tensors: new Map([['schedule.N4', array(...karrasSchedule({steps: 4}))]]),
};
const problemsOf = async (fixture: Fixture, others: readonly Fixture[] = []) =>
  (await runFixture(fixture, folderOf(fixture, ...others))).problems;
const changed = (fields: object) => problemsOf(withRecord(schedule, fields as {}));

test('a fixture that agrees passes', async () =>
  assert.deepEqual(await problemsOf(schedule), []));

test('a wrong value, and a NaN in the reference, are noticed', async () => {
  const [first, ...rest] = karrasSchedule({steps: 4});
  for (const value of [first! + 1e-9, NaN, Infinity]) {
    const other = withTensors(schedule, {'schedule.N4': array(value, ...rest)});
    assert.deepEqual(await problemsOf(other), ['schedule.N4: beyond its tolerance']);
  }
});

test('a tensor and a tolerance that nothing uses are noticed', async () => {
  assert.deepEqual(await problemsOf(withTensors(schedule, {'io.extra': array(1)})),
      ['io.extra: a tensor that no rule reads or compares']);
  const tolerance = schedule.record['tolerance'] as object;
  assert.deepEqual(await changed({tolerance: {...tolerance, 'io.extra': {atol: 1}}}),
      ['tolerance io.extra: no rule used it']);
  assert.deepEqual(await changed({tolerance_D_x_per_sample: [1]}),
      ['tolerance tolerance_D_x_per_sample: no rule used it']);
});

test('a kind that nobody knows, or two at once, fail', async () => {
  const unknown = {...schedule, tensors: new Map([['io.x', array(1)]])};
  assert.deepEqual(await problemsOf(unknown), ['is of no known kind']);
  assert.deepEqual(await problemsOf(withTensors(schedule, {'ls.W': array(1)})),
      ['is of the kinds samplers and distillation at once']);
});

test('options and fields that nobody knows fail; texts are descriptions', async () => {
  const options = schedule.record['options'] as object;
  const [stochastic] = await changed({options: {...options, S_churn: 3}});
  assert.match(stochastic!, /expected 0.*S_churn/);
  const [unknown] = await changed({options: {...options, order: 3}});
  assert.match(unknown!, /Unrecognized key: "order"/);
  const [field] = await changed({dropout: 0.1});
  assert.match(field!, /Unrecognized key: "dropout"/);
  assert.deepEqual(await changed({remark: 'a text', remarks: ['texts', {of: 'texts'}]}), []);
  const [rule] = await changed({compare: 'within 5 %'});
  assert.match(rule!, /expected '\|a-b\| <= atol/);
  assert.match((await changed({name: 'other'}))[0]!, /the record is that of other/);
});

test('a missing tolerance, and one of another form, fail', async () => {
  assert.deepEqual(await changed({tolerance: {}}), ['there is no tolerance for schedule.N4']);
  assert.match((await changed({tolerance: {'schedule.*': 'roughly'}}))[0]!,
      /tolerance schedule\.\*: expected \{atol, rtol\}.* got "roughly"/);
});

test('the tolerance with the longest pattern counts', async () => {
  const tolerance = {'schedule.*': {atol: 1}, 'schedule.N4': {atol: 0, rtol: 1e-16}};
  const other = withTensors(schedule, {'schedule.N4': array(81, 2, 1, 0.5, 0)});
  assert.deepEqual(await problemsOf(withRecord(other, {tolerance})), [
    'schedule.N4: beyond its tolerance', 'tolerance schedule.*: no rule used it',
  ]);
});

test('solvers and schedules that nobody knows fail', async () => {
  const solver = withTensors(schedule, {'gauss.dpm.N4.x': array(1), 'gauss.z': array(1)});
  const images = withTensors(withRecord(schedule, {name: 'images'}), {
    images255: {shape: [3, 1, 1, 2], data: Float32Array.of(0, 9, 80, 4, 200, 120)},
  });
  const [problem] = await problemsOf(withRecord({...solver}, {
    depends_on: {gauss: 'images.safetensors (images255)'},
  }), [{...images, name: 'images'}]);
  assert.equal(problem, 'gauss.dpm.N4: there is no solver dpm');
  const label = withTensors(schedule, {'schedule.N4_beta2': array(1)});
  assert.deepEqual(await problemsOf(label), ['cannot read the schedule N4_beta2']);
});

test('a schedule\'s label may carry its own options', () => assert.deepEqual(
    scheduleOf('N12_sigma_min0.01_rho5', {sigma_min: 1, sigma_max: 80, rho: 7}),
    {steps: 12, sigmaMin: 0.01, sigmaMax: 80, rho: 5}));

test('what a fixture depends on must be there and be readable', async () => {
  assert.deepEqual(await changed({depends_on: ['images.safetensors (images255)']}),
      ['depends_on: images is not in the folder']);
  assert.deepEqual(await changed({depends_on: ['the images']}),
      ['depends_on: cannot read "the images"']);
  const lonely = withTensors(schedule, {'gauss.heun.N4.x': array(1), 'gauss.z': array(1)});
  assert.match((await problemsOf(lonely))[0]!, /expected one file with images255 .* found 0/);
});

const folder = openGoldenFolder(path.join(ROOT, 'test', 'golden'));
const fixtureOf = (name: string): Fixture => folder.fixtures.get(name)!;

test('values that only the record has are compared, too', async () => {
  const metrics = fixtureOf('metrics');
  const linearity = structuredClone(metrics.record['linearity']) as any;
  linearity.gauss.cosine[1] += 1e-4;
  const {problems} = await runFixture(withRecord(metrics, {linearity}), folder);
  assert.deepEqual(problems, ['linearity.gauss.cosine: beyond its tolerance']);
});

test('networks: other options, names and numbers of parameters fail', async () => {
  const tiny = fixtureOf('tiny_ddpmpp_7');
  const {record} = tiny;
  const problems = async (fields: object) =>
    (await runFixture(withRecord(tiny, fields as {}), folder)).problems;
  const options = record['options'] as object;
  assert.match((await problems({options: {...options, order: 2}})).join(), /"order"/);
  assert.match((await problems({options: {...options, model_channels: 16}})).join(),
      /map_layer0\.weight has shape \[48, 12\], expected \[64, 16\]/);
  assert.deepEqual(await problems({options: {...options, sigma_data: 0.6}}),
      ['io.D_x', 'ref64.D_x'].map((name) => `${name}: beyond its tolerance`));
  assert.deepEqual(await problems({num_params: 1}), ['num_params: beyond its tolerance']);
  const order = [...record['parameter_order'] as string[]];
  [order[2], order[3]] = [order[3]!, order[2]!];
  assert.match((await problems({parameter_order: order}))[0]!, /^parameter_order: .* in place 2/);
});

test('a training with dropout cannot be repeated, and says so', async () => {
  const gradient = fixtureOf('grad_ddpmpp_28');
  const options = {...gradient.record['options'] as object, dropout: 0.1};
  const {problems} = await runFixture(withRecord(gradient, {options}), folder);
  assert.deepEqual(problems,
      ['expected a training without dropout, whose draws cannot be repeated']);
});

test('a fit on fresh noise that ends elsewhere fails', async () => {
  const {tensors, record, name} = fixtureOf('distill_linear');
  const kept = ['io.x_noisy', 'io.D', 'fresh.loss', 'fresh.weight', 'fresh.bias'];
  const part = new Map(kept.map((key) => {
    const {data, shape} = tensors.get(key)!;
    return [key, !key.startsWith('io.') ? {data, shape} :
      {data: data.slice(0, 64 * shape[1]!), shape: [64, shape[1]!]}];
  }));
  const {fresh, 'io.D': ofOutput} = record['tolerance'] as any;
  const short = withRecord({name, record, tensors: part}, {
    data: {n: 64}, values: {}, tolerance: {fresh, 'io.D': ofOutput},
    options: {...record['options'] as object, steps: 10},
  });
  const {problems} = await runFixture(short, folder);
  assert.deepEqual(problems, [
    'fresh.loss (mean of the last 50 of 10): beyond its tolerance',
    'fresh.weight, fresh.bias (error on the stored pairs): beyond its tolerance',
  ]);
});

test('of blocks, one that nobody knows does not hide the others', async () => {
  const blocks = fixtureOf('blocks');
  const items = structuredClone(blocks.record['items']) as any;
  items.linear.options = {width: 3};
  items.fourier.options.scales = 2;
  items.groupnorm.tolerance.out.atol *= 10;
  const {problems, rows} = await runFixture(withRecord(blocks, {items}), folder);
  for (const text of [
    /^linear: no layer is known with the options width$/, /^fourier: .*"scales"/,
    /^groupnorm: the tolerance of out is stated twice, and not alike$/,
    /^linear\.weight: a tensor that no rule/,
  ]) assert.ok(problems.some((problem) => text.test(problem)), String(text));
  assert.ok(rows.some(({what, ok}) => what === 'conv_k3.io.out' && ok));
});
