/** Functions that XLA compiles. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {trace} from '../../src/backend/trace';
import type {TraceableFunction} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {handleCount, sessionCount} from '../handles';
import {assertClose} from '../helpers';
import {take} from './counter';

/** Gradient descent with momentum on the weights of a small convolution. */
const descent: TraceableFunction = ({weights, momentum}, {images}) => {
  const {value, grad} = tf.valueAndGrad((w: tf.Tensor) => tf.mean(tf.square(tf.sigmoid(
      tf.conv2d(images as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')))) as tf.Scalar)(weights!);
  const m = tf.add(tf.mul(momentum!, 0.9), grad);
  return {
    state: {momentum: m, weights: tf.sub(weights!, m)},
    outputs: {loss: value, positive: tf.greater(weights!, 0)},
  };
};

test('XLA gives the values of the plain graph to 1e-5, in single calls and in steps', () => {
  const before = sessionCount();
  const weights = tf.reshape(tf.linspace(-1, 1, 18), [3, 3, 1, 2]);
  const state = {weights, momentum: tf.zerosLike(weights)};
  const [plain, xla] = [false, true].map((xla) => trace('descent', descent, {state, xla}));
  const images = tf.reshape(tf.linspace(-1, 2, 72), [2, 6, 6, 1]);
  for (const options of [{}, {steps: 4}]) {
    const [a, b] = [take(xla!.run({images}, options)), take(plain!.run({images}, options))];
    assertClose(a['loss']!, b['loss']!, {rtol: 1e-5, what: 'loss'});
    assert.deepEqual(a['positive'], b['positive']);
    const [s, t] = [take(xla!.readState()), take(plain!.readState())];
    for (const key of ['weights', 'momentum']) {
      assertClose(s[key]!, t[key]!, {atol: 1e-5, what: key});
    }
  }
  const handles = handleCount();
  for (let i = 0; i < 50; i++) tf.dispose(xla!.run({images}));
  assert.equal(handleCount(), handles);
  plain!.dispose();
  xla!.dispose();
  assert.equal(sessionCount(), before);
});

test('an op that XLA cannot compile is named with its line', () => {
  const traced = trace('f', (_, {x}) => ({
    outputs: {y: tf.grad((t: tf.Tensor) => tf.square(
        tf.image.resizeNearestNeighbor(t as tf.Tensor4D, [4, 4])))(x!)},
  }), {xla: true});
  const x = tf.ones([1, 2, 2, 1]);
  for (const options of [{}, {steps: 2}]) {
    assert.throws(() => traced.run({x}, options), new RegExp('^Error: trace\\(f\\): expected ops ' +
        'that XLA can compile, got ResizeNearestNeighborGrad at dist/test/backend/trace-xla' +
        '\\.test\\.js:\\d+:\\d+; leave `xla` off\\. TensorFlow says: '));
  }
  traced.dispose();
});
