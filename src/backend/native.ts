/**
 * The project's own addon (folder `native`): fused ops for the CPU, registered with TensorFlow when
 * it is loaded, and the definitions of all ops.
 */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {projectPaths} from '../paths';
import {tf} from './tf';

interface NativeAddon {
  /** Bytes of a `tensorflow.OpList` with every registered op. */
  opList(): Uint8Array;
}

let addon: NativeAddon | undefined;

/**
 * The loaded addon.
 * @throws Error when it was not compiled.
 */
export function nativeAddon(): NativeAddon {
  if (addon === undefined) {
    const file = path.join(projectPaths().root, 'native', 'build', 'hidden-gaussian.node');
    if (!existsSync(file)) throw new Error(`${file}: not found; run \`make setup\``);
    tf.backend(); // loads TensorFlow's libraries, which the addon is linked to
    addon = require(file) as NativeAddon;
  }
  return addon;
}
