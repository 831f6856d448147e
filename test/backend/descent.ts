/** A traced function with randomness, gradients and outputs of several types. */
import {statelessNormal} from '../../src/backend/stateless';
import {tf} from '../../src/backend/tf';
import type {TraceableFunction} from '../../src/backend/trace';

/** Noisy gradient descent on weights [40], with a custom gradient and outputs of three types. */
export const descent: TraceableFunction = ({weights, step, images}, {rate}) => {
  const clipped = tf.customGrad((x, save) => {
    (save as (tensors: tf.Tensor[]) => void)([x as tf.Tensor]);
    return {
      value: tf.square(x as tf.Tensor),
      gradFunc: (dy, [saved]) => tf.mul(dy, tf.clipByValue(tf.mul(saved!, 3), -1, 1)),
    };
  });
  const noise = statelessNormal<tf.Tensor1D>([40], 7, step as tf.Scalar);
  const {value, grad} = tf.valueAndGrad((w: tf.Tensor) =>
    tf.mean(tf.add(clipped(tf.sub(w, noise)), tf.mul(w, images!))) as tf.Scalar)(weights!);
  return {
    state: {
      weights: tf.sub(weights!, tf.mul(grad, rate!)), step: tf.add(step!, tf.scalar(1, 'int32')),
    },
    outputs: {loss: value, step: step!, signs: tf.greater(grad, 0), noise},
  };
};
export const start = () => ({
  weights: tf.linspace(-2, 2, 40), step: tf.scalar(0, 'int32'), images: tf.linspace(0, 1, 40),
});
export const rate = tf.scalar(0.3);
