/** Which command reads a file of a kind, and whether its output is the right one. */
import {copyFileSync, mkdirSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {loadImageZip} from '../../src/data/image-zip';
import {encodeSafetensors, readSafetensors} from '../../src/store/safetensors';
import type {BadItem, BadManifest} from './manifest';
import type {Sandbox} from './run-command';

export interface BadCommand {
  readonly args: readonly string[];
  /** The file's name as the program sees it, which its messages must have. */
  readonly fileName: string;
  /** The only file that may be written. */
  readonly output: string;
  /**
   * What is wrong with the output of an accepted file; undefined: nothing.
   * @param converted whether the program said that it changed something.
   */
  check(converted: boolean): Promise<string | undefined>;
}

/** The command for an item, or undefined for an unknown kind. */
export function commandFor(
    folder: string, item: BadItem, manifest: BadManifest, sandbox: Sandbox,
): BadCommand | undefined {
  switch (item.kind) {
    case 'idx': case 'image': case 'folder': case 'zip':
      return datasetCommand(folder, item, sandbox);
    case 'safetensors': return denoiseCommand(folder, item, manifest, sandbox);
    default: return undefined;
  }
}

function datasetCommand(folder: string, item: BadItem, {output: dir}: Sandbox): BadCommand {
  const output = path.join(dir, 'result.zip');
  return {
    args: ['dataset', path.join(folder, item.file), '-o', output],
    fileName: path.basename(item.file),
    output,
    async check(converted) {
      const {count, images} = await loadImageZip(output);
      const sum = images.reduce((total, byte) => total + byte, 0);
      const wanted = converted ? item.pixel_sum_if_converted : item.pixel_sum;
      if (count !== (item.images ?? count)) return `expected ${item.images} images, got ${count}`;
      return sum === (wanted ?? sum) ? undefined : `expected pixel sum ${wanted}, got ${sum}`;
    },
  };
}

/** The weights as those of the manifest's network, in a model folder. */
function denoiseCommand(
    folder: string, {file}: BadItem, {network, control_forward: control}: BadManifest,
    {inputs, output: dir}: Sandbox): BadCommand {
  if (network === undefined || control === undefined) {
    throw new Error(`${file}: the manifest has no \`network\` or \`control_forward\` for it`);
  }
  const model = path.join(inputs, file);
  mkdirSync(model);
  writeFileSync(path.join(model, 'config.json'),
      JSON.stringify({format: 'hidden-gaussian-model/1', ...network}));
  const fileName = 'model.safetensors';
  copyFileSync(path.join(folder, file), path.join(model, fileName));
  const input = path.join(inputs, 'input.safetensors');
  const [images = 0] = control.shape;
  writeFileSync(input, encodeSafetensors({
    x: {shape: control.shape, data: Float32Array.from(control.x_nchw)},
    sigma: {shape: [images], data: new Float32Array(images).fill(control.sigma)},
  }));
  const output = path.join(dir, 'result.safetensors');
  return {
    args: ['denoise', model, '--input', input, '-o', output],
    fileName, output,
    async check() {
      const D = readSafetensors(output).tensors.get('D');
      if (D?.shape.join() !== control.shape.join()) return `expected D of shape ${control.shape}`;
      const worst = control.D.reduce(
          (most, value, i) => Math.max(most, Math.abs(D.data[i]! - value)), 0);
      return worst <= control.atol ? undefined : `D is off by ${worst}, allowed ${control.atol}`;
    },
  };
}
