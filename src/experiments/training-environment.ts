/** The environment of processes that compute: what decides speed, and the last bits of results. */

/**
 * oneDNN's convolutions are TensorFlow's fastest on every x86 processor, but off by default on those
 * without AVX-512.
 */
export const TENSORFLOW_TUNING = {TF_ENABLE_ONEDNN_OPTS: '1'} as const;

/** Environment of a training run: its process and one thread. */
export const TRAINING_ENVIRONMENT = {
  ...TENSORFLOW_TUNING, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1',
} as const;
