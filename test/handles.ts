/** Leak counts below tfjs: native tensor handles, float64 ones included. */
import assert from 'node:assert/strict';
import {tf} from '../src/backend/tf';

interface Counter {
  readonly binding: {getNumOfTensors(): number; getNumOfSavedModels(): number};
}
const counter = () => (tf.backend() as unknown as Counter).binding;

/** How many tensors TensorFlow holds for this process. */
export const handleCount = (): number => counter().getNumOfTensors();

/** How many sessions it holds: one for each graph of a traced function. */
export const sessionCount = (): number => counter().getNumOfSavedModels();

/**
 * Runs `body` twice and asserts that the second run leaves `left` more handles than before; the
 * first one uploads what tfjs had not yet uploaded.
 */
export function assertNoHandleLeak<T>(body: () => T, left = 0): T {
  body();
  const before = handleCount();
  const result = body();
  assert.equal(handleCount() - before, left, 'native tensors left behind');
  return result;
}
