/** float32 products of square matrices through TensorFlow: what the machine's cores can do. */
import {createRng, randomNormal} from '../src/backend/rng';
import {tf} from '../src/backend/tf';
import {trace} from '../src/backend/trace';
import {serve, timed} from './worker';

interface Config {
  readonly sizes: readonly number[];
}

serve<Config>(({sizes}) => {
  const products = new Map(sizes.map((n) => {
    const rng = createRng(n);
    const state = {a: randomNormal([n, n], rng), b: randomNormal([n, n], rng)};
    const traced = trace('matmul', ({a, b}) => ({outputs: {product: tf.matMul(a!, b!)}}), {state});
    tf.dispose(state);
    return [n, traced];
  }));
  return {
    go: ({n, inner}) => timed(
        () => tf.dispose(products.get(n as number)!.run()), inner as number),
  };
});
