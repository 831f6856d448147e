/** What identifies a graph on disk: everything that decides what was recorded. */
import {readdirSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {canonicalJson, sha256} from '../store/canonical';
import type {Json} from '../store/canonical';
import {nodeBackend} from './binding';
import {useFusedOps} from './fused-ops';
import {tf} from './tf';
import type {GraphKind} from './traced-model';

export interface GraphIdentity extends GraphKind {
  /** The user's record. */
  readonly key: Json;
  readonly name: string;
  /** Text of the function. */
  readonly code: string;
  /** Names, types and shapes. */
  readonly inputs: string;
  readonly state: string;
}

/** SHA-256 of the identity, of this package's code and of the TensorFlow that runs it. */
export function graphId(identity: GraphIdentity): string {
  const {key, name, code, inputs, state, loop, xla} = identity;
  return sha256(canonicalJson({
    key, name, code, inputs, state, loop, xla,
    package: PACKAGE_CODE,
    tensorflow: nodeBackend().binding.TF_Version,
    tfjs: tf.version.tfjs,
    device: nodeBackend().isUsingGpuDevice ? 'gpu' : 'cpu',
    fused: useFusedOps(), // which also loads the addon that a stored graph may need
  }));
}

/**
 * SHA-256 of the package's compiled code: some milliseconds. Taken when this file is loaded, so that
 * a later build is not mistaken for the code that runs.
 */
const PACKAGE_CODE = hashOfPackage();

function hashOfPackage(): string {
  const folder = path.resolve(__dirname, '..');
  const files = readdirSync(folder, {recursive: true, encoding: 'utf8'})
      .filter((file) => file.endsWith('.js')).sort();
  return sha256(files.map((file) => `${file} ${sha256(readFileSync(path.join(folder, file)))}`)
      .join('\n'));
}
