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

/**
 * Makes this process a training process, so that it gives the bytes that a pool or a cluster gives.
 * To be called before TensorFlow is loaded. What the user has set stays.
 */
export function useTrainingEnvironment(): void {
  for (const [name, value] of Object.entries(TRAINING_ENVIRONMENT)) process.env[name] ??= value;
}
