/**
 * Seeded randomness: a tree of named generators, and normal or uniform tensors from TensorFlow's
 * stateless ops.
 */
import {createHash} from 'node:crypto';
import type {Rank, ShapeMap, Tensor} from '@tensorflow/tfjs-core';
import {uniformInt} from 'pure-rand/distribution/uniformInt';
import {xoroshiro128plusFromState} from 'pure-rand/generator/xoroshiro128plus';
import type {Rng} from '../types';
import {DataType, rawOp, typeAttribute} from './raw-op';
import {tf} from './tf';

const WORD = 0x7fffffff;

/**
 * A generator for `seed`. The same seed and the same calls give the same values everywhere.
 * Forks hash the path of labels, so adding a draw in one place never changes another.
 * @param seed any integer, 0 included.
 * @throws RangeError unless `seed` is a safe integer.
 * @example
 * const rng = hg.createRng(0);
 * const first = rng.fork('noise').uniform();
 * rng.uniform(); // Draws here change nothing there.
 * console.log(rng.fork('noise').uniform() === first); // true
 */
export function createRng(seed: number): Rng {
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`createRng: expected \`seed\` to be an integer, got ${seed}`);
  }
  return rngAt(`${seed}`);
}

function rngAt(path: string): Rng {
  const digest = createHash('sha256').update(path).digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  const int = (n: number): number => {
    if (!Number.isInteger(n) || n < 1) {
      throw new RangeError(`Rng.int: expected an integer >= 1, got ${n}`);
    }
    return uniformInt(generator, 0, n - 1);
  };
  return {
    int,
    uniform: () => uniformInt(generator, 0, WORD) / (WORD + 1),
    permutation(n) {
      const order = Uint32Array.from({length: n}, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = int(i + 1);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return order;
    },
    seedPair: () => [uniformInt(generator, 0, WORD), uniformInt(generator, 0, WORD)],
    fork: (label) => rngAt(`${path}/${label}`),
  };
}

/**
 * Standard normal float32 tensor of `shape`, owned by the caller.
 * @param shape for example `[N, H, W, C]`.
 * @param rng one seed pair is drawn from it.
 * @example
 * const z = hg.randomNormal([100_000], hg.createRng(0));
 * console.log(hg.tf.moments(z).variance.dataSync()[0]!.toFixed(2)); // 1.00
 */
export function randomNormal<R extends Rank>(shape: ShapeMap[R], rng: Rng): Tensor<R> {
  return stateless('StatelessRandomNormal', shape, rng.seedPair()) as Tensor<R>;
}

/**
 * Uniform float32 tensor in [0, 1) of `shape`, owned by the caller.
 * @param shape for example `[N, H, W, C]`.
 * @param rng one seed pair is drawn from it.
 * @example
 * const u = hg.randomUniform([100_000], hg.createRng(0));
 * console.log(hg.tf.mean(u).dataSync()[0]!.toFixed(2)); // 0.50
 */
export function randomUniform<R extends Rank>(shape: ShapeMap[R], rng: Rng): Tensor<R> {
  return stateless('StatelessRandomUniform', shape, rng.seedPair()) as Tensor<R>;
}

function stateless(op: string, shape: readonly number[], seed: readonly [number, number]): Tensor {
  return tf.tidy(() => rawOp(op, [
    typeAttribute('dtype', DataType.float), typeAttribute('T', DataType.int32),
    typeAttribute('Tseed', DataType.int32),
  ], [tf.tensor1d([...shape], 'int32'), tf.tensor1d([...seed], 'int32')])[0]!);
}
