/**
 * A program of its own: loads TensorFlow, measures it and prints what it found as one line of
 * JSON. The doctor runs it in a child process, which an addon that does not fit may crash.
 */
import {existsSync} from 'node:fs';
import {lapackConfig, lapackFile} from '../backend/lapack';
import {tf} from '../backend/tf';
import {formatReport} from './probe-report';

/** Size of the matrices: large enough for every core, done in milliseconds. */
const SIZE = 1024;
const MEASURE_MS = 700;

/** float32 GFLOPS of a matrix product, best of the repetitions that fit in `MEASURE_MS`. */
function matmulGflops(): number {
  const ones = tf.ones<import('@tensorflow/tfjs-core').Rank.R2>([SIZE, SIZE]);
  const seconds = (): number => {
    const began = process.hrtime.bigint();
    tf.tidy(() => tf.slice(tf.matMul(ones, ones), [0, 0], [1, 1]).dataSync());
    return Number(process.hrtime.bigint() - began) / 1e9;
  };
  seconds();
  let best = Infinity;
  for (const end = Date.now() + MEASURE_MS; Date.now() < end;) best = Math.min(best, seconds());
  ones.dispose();
  return 2 * SIZE ** 3 / best / 1e9;
}

/** The library's own words, or why it does not load; empty when it is not there. */
function lapack(): {config?: string; problem?: string} {
  if (!existsSync(lapackFile())) return {};
  try {
    return {config: lapackConfig()};
  } catch (error) {
    return {problem: (error as Error).message};
  }
}

const backend = tf.backend() as unknown as
    {isUsingGpuDevice: boolean; binding: {TF_Version: string}};
console.log(formatReport({
  tensorflow: backend.binding.TF_Version,
  tfjs: tf.version.tfjs,
  gpu: backend.isUsingGpuDevice,
  gflops: matmulGflops(),
  lapack: lapack(),
}));
