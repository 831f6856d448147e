/**
 * The one place that loads TensorFlow (tfjs-node-gpu over the libraries of the TensorFlow wheel).
 * Everything else imports `tf` from here.
 */
import util = require('node:util');

// TensorFlow prints its start-up notes at level 0 and 1; errors stay visible.
process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';

// tfjs-node 4.22 calls two functions of node:util that Node 22 warns of and Node 23 lacks.
const legacyUtil = util as unknown as {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
};
legacyUtil.isNullOrUndefined = (value) => value === null || value === undefined;
legacyUtil.isArray = Array.isArray;

/**
 * TensorFlow.js, the one that computes everything here: tensors that the library takes and gives
 * are its tensors.
 * @see https://js.tensorflow.org/api/latest/
 * @example
 * const x = hg.tf.tensor1d([3, 4]);
 * console.log(hg.tf.norm(x).dataSync()[0]); // 5
 * x.dispose();
 */
import tf = require('@tensorflow/tfjs-node-gpu');

export {tf};
