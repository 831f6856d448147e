import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {statelessUniform} from '../../src/backend/stateless';
import {dropout, dropRows} from '../../src/networks/dropout';
import type {UniformDraw} from '../../src/networks/network';
import {assertClose} from '../helpers';

const draw: UniformDraw = (name, shape) =>
    statelessUniform(shape, name.length, tf.scalar(7, 'int32'));

test('it drops about the rate, and what is kept makes up for it', () => tf.tidy(() => {
  const y = dropout(tf.ones([200, 100]), {rate: 0.3, name: 'a', draw}).dataSync();
  const kept = y.filter((value) => value !== 0);
  assertClose(kept, Array(kept.length).fill(1 / 0.7), {rtol: 1e-6});
  // 5 standard deviations of a share of 20,000.
  assertClose([kept.length / y.length], [0.7], {atol: 5 * Math.sqrt(0.21 / y.length)});
}));

test('the gradient passes where the value did', () => tf.tidy(() => {
  const x = tf.fill([50], 2);
  const apply = (v: tf.Tensor): tf.Tensor => dropout(v, {rate: 0.5, name: 'b', draw});
  assert.deepEqual(tf.grad((v) => tf.sum(apply(v)))(x).dataSync(),
      apply(x).dataSync().map((value) => value / 2));
}));

test('each layer has its own mask, the same in each repetition', () => tf.tidy(() => {
  const maskOf = (name: string) =>
    [...dropout(tf.ones([64]), {rate: 0.5, name, draw}).dataSync()];
  assert.deepEqual(maskOf('a'), maskOf('a'));
  assert.notDeepEqual(maskOf('a'), maskOf('ab'));
}));

test('outside training, or at rate 0, x itself comes back', () => tf.tidy(() => {
  const x = tf.ones([4, 2]);
  assert.equal(dropout(x, {rate: 0.5, name: 'a', draw: undefined}), x);
  assert.equal(dropout(x, {rate: 0, name: 'a', draw}), x);
  assert.equal(dropRows(x, {rate: 0.5, name: 'a', draw: undefined}), x);
}));

test('dropRows drops whole rows and does not scale the others', () => tf.tidy(() => {
  const rows = dropRows(tf.ones([400, 3]), {rate: 0.25, name: 'a', draw}).arraySync() as number[][];
  assert.ok(rows.every((row) => row.join() === '0,0,0' || row.join() === '1,1,1'));
  const share = rows.filter(([first]) => first === 0).length / rows.length;
  assertClose([share], [0.25], {atol: 5 * Math.sqrt(0.1875 / 400)});
}));
