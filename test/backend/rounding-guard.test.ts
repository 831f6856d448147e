/** Rewrites that TensorFlow's optimizer knows, and that must not reach the numbers. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {unfoldableTensors} from '../../src/backend/rounding-guard';
import {trace} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';

const rng = createRng(4);
const input = (name: string): tf.Tensor2D => randomNormal<tf.Rank.R2>([64, 33], rng.fork(name));

type Function3 = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.Tensor;
const REWRITES: Readonly<Record<string, Function3>> = {
  'x / c as x·(1/c)': (a) => tf.div(a, 127.5),
  'products of constants': (a) => tf.mul(tf.mul(a, 1 / 3), 0.7),
  'sums as one AddN': (a, b, c) => tf.add(tf.add(tf.add(a, b), c), tf.add(b, tf.mul(a, c))),
  'common factors': (a, b, c) => tf.add(tf.mul(a, b), tf.mul(a, c)),
  'x / sqrt(y) as x·rsqrt(y)': (a, b) => tf.div(a, tf.sqrt(tf.add(tf.square(b), 0.1))),
  'x·sigmoid(x) as one op': (a) => tf.mul(a, tf.sigmoid(a)),
  'broadcasts last': (a, b) => {
    const row = tf.reshape(tf.slice(b, [0, 0], [64, 1]), [64, 1]);
    return tf.mul(tf.mul(tf.mul(a, row), tf.square(row)), row);
  },
  'factors through a reshape': (a, b, c) =>
    tf.mul(tf.reshape(tf.mul(tf.mul(a, b), 0.3), [33, 64]), tf.reshape(c, [33, 64])),
};

for (const [name, f] of Object.entries(REWRITES)) {
  test(`traced and eager give the same bits: ${name}`, () => tf.tidy(() => {
    const inputs = {a: input('a'), b: input('b'), c: input('c')};
    const results = [false, true].map((eager) => {
      const traced = trace('rewrite', (_, {a, b, c}) => ({
        outputs: {y: f(a!, b!, c!), dy: tf.grad((x: tf.Tensor) => tf.sum(f(x, b!, c!)))(a!)},
      }), {eager});
      const {y, dy} = traced.run(inputs);
      const values = [[...y!.dataSync()], [...dy!.dataSync()]];
      traced.dispose();
      return values;
    });
    assert.deepEqual(results[0], results[1]);
  }));
}

test('a tensor gets one guard, and only where arithmetic rounds', () => {
  const nodes: never[] = [];
  const unfoldable = unfoldableTensors(nodes);
  assert.equal(unfoldable('x', [2], 1), unfoldable('x', [2], 1));
  assert.equal(nodes.length, 1);
  assert.equal(unfoldable('axis', [], 3), 'axis', 'int32');
});
