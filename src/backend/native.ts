/**
 * The project's own addon (folder `native`): fused ops for the CPU, registered with TensorFlow when
 * it is loaded, the definitions of all ops, and calls of LAPACK (`lapack.ts`).
 */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {projectPaths, setupCommand} from '../paths';
import {tf} from './tf';

interface NativeAddon {
  /** Bytes of a `tensorflow.OpList` with every registered op. */
  opList(): Uint8Array;
  /** Version and build of the LAPACK library at `file`. */
  lapackConfig(file: string): string;
  /** Works in place; `elsewhere` on another thread, and then returns a promise. */
  symmetricEigen(
      file: string, matrix: Float64Array, values: Float64Array, threads: number,
      elsewhere: boolean): Promise<void> | undefined;
  /** Works in place; returns the smallest relative pivot. */
  solveSpd(
      file: string, matrix: Float64Array, rows: Float64Array, minPivot: number, threads: number):
      number;
}

let addon: NativeAddon | undefined;

/**
 * The loaded addon.
 * @throws Error when it was not compiled.
 */
export function nativeAddon(): NativeAddon {
  if (addon === undefined) {
    const file = path.join(projectPaths().root, 'native', 'build', 'hidden-gaussian.node');
    if (!existsSync(file)) throw new Error(`${file}: not found; run \`${setupCommand()}\``);
    tf.backend(); // loads TensorFlow's libraries, which the addon is linked to
    addon = require(file) as NativeAddon;
  }
  return addon;
}
