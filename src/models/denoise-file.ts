/** D(x; sigma) of a model folder for the noisy images of a file, to compare with other software. */
import type {Tensor1D, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {networkDenoiser} from '../denoisers/network';
import type {EdmModel} from '../networks/edm-model';
import {
  describeNonFinite, FLOAT_DTYPES, openSafetensors, writeSafetensors,
} from '../store/safetensors';
import type {SafetensorsReader} from '../store/safetensors';
import type {OnProgress} from '../types';
import {loadModel} from './model-folder';

/** How the images are denoised. */
export interface DenoiseFileOptions {
  /** Images per graph call (default: what about 1.5 GB of activations allow, at most 64). */
  readonly batch?: number | undefined;
  /** Told after each batch. */
  readonly onProgress?: OnProgress | undefined;
}

/** What was in the file. */
export interface DenoiseFileResult {
  /** N. */
  readonly images: number;
  /** Names of tensors in the input that have no meaning here. */
  readonly ignored: readonly string[];
}

/**
 * Reads float tensors `x` `[N, C, H, W]`, `sigma` `[N]` or `[1]`, and perhaps `labels`
 * `[N, labelDim]` (default: no class); writes `D` `[N, C, H, W]`, float32. Batch by batch, so that
 * any N fits in memory.
 * @param dir a model folder.
 * @param input a safetensors file.
 * @param output the one to write, under a temporary name first.
 * @param options batch, and whom to tell.
 * @throws Error or RangeError naming the file: for what `loadModel` and `openSafetensors` refuse,
 *     tensors that are missing or have a wrong shape or dtype, and values that are not finite.
 * @example
 * const model = hg.modelFor(hg.trainOptions({width: 4}), [4, 4, 1]);
 * const parameters = new Float32Array(hg.parameterCount(model.parameters));
 * await hg.saveModel('model', {model, parameters, provenance: {}});
 * const tensors = [{name: 'x', shape: [2, 1, 4, 4]}, {name: 'sigma', shape: [1]}];
 * const values = [new Float32Array(32).fill(1), Float32Array.of(0.5)];
 * hg.writeSafetensors('noisy.safetensors', tensors, values);
 * hg.denoiseFile('model', 'noisy.safetensors', 'D.safetensors');
 * console.log(hg.openSafetensors('D.safetensors').read('D').data[0]!.toFixed(3)); // 0.500
 */
export function denoiseFile(
    dir: string, input: string, output: string,
    {batch, onProgress}: DenoiseFileOptions = {}): DenoiseFileResult {
  const source = openSafetensors(input);
  const {model, parameters} = loadModel(dir);
  const {N, shape, names} = checkInput(source, model);
  const size = batch ?? batchFor(model);
  const denoiser = networkDenoiser(model, parameters, {batch: size});

  function* denoised(): Generator<Float32Array> {
    for (let first = 0; first < N; first += size) {
      const count = Math.min(size, N - first);
      yield tf.tidy(() => {
        const {x, sigma, labels} = readBatch(source, names, {first, count});
        const D = tf.transpose(denoiser.denoise(x, sigma, labels), [0, 3, 1, 2]);
        return D.dataSync<'float32'>();
      });
      onProgress?.({label: 'denoise', done: first + count, total: N});
    }
  }
  try {
    writeSafetensors(output, [{name: 'D', shape}], denoised());
  } finally {
    denoiser.dispose();
  }
  return {images: N, ignored: source.names.filter((name) => !names.includes(name))};
}

/** Memory for the activations of a batch while its graph is recorded, bytes. */
const ACTIVATION_BYTES = 1.5e9;
/** Activations of a block, in tensors of its output's size: 24 measured on FFHQ-64's network. */
const TENSORS_PER_BLOCK = 24;

/** @returns N, the shape of x, and which of the known tensors are there. */
function checkInput({file, names: all, info}: SafetensorsReader, model: EdmModel): {
  readonly N: number; readonly shape: readonly number[]; readonly names: readonly string[];
} {
  const names = all.filter((name) => ['x', 'sigma', 'labels'].includes(name));
  const problems = ['x', 'sigma'].filter((name) => !names.includes(name))
      .map((name) => `the tensor ${name} is missing`);
  for (const name of names) {
    const {dtype} = info(name);
    if (!FLOAT_DTYPES.includes(dtype)) problems.push(`${name} has dtype ${dtype}, expected F32`);
  }
  const show = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;
  const check = (name: string, wanted: readonly (readonly (number | string)[])[]): void => {
    if (!names.includes(name)) return;
    const {shape} = info(name);
    if (wanted.some((one) => one.length === shape.length &&
        one.every((size, i) => typeof size === 'string' ? shape[i]! > 0 : size === shape[i]))) {
      return;
    }
    problems.push(`${name} has shape ${show(shape)}, expected ${wanted.map(show).join(' or ')}`);
  };
  const [H, W, C] = model.imageShape;
  check('x', [['N', C, H, W]]);
  const N = names.includes('x') ? info('x').shape[0] ?? 0 : 0;
  check('sigma', N === 1 ? [[1]] : [[N], [1]]);
  if (model.labelDim > 0) {
    check('labels', [[N, model.labelDim]]);
  } else if (names.includes('labels')) {
    problems.push('labels are there, but the network has no classes');
  }
  if (problems.length > 0) throw new RangeError(`${file}: ${problems.join('; ')}`);
  return {N, shape: info('x').shape, names};
}

function readBatch(
    source: SafetensorsReader, names: readonly string[],
    rows: {readonly first: number; readonly count: number}):
    {readonly x: Tensor4D; readonly sigma: Tensor1D; readonly labels?: Tensor2D} {
  const values = (name: string, part?: typeof rows): Float32Array => {
    const data = Float32Array.from(source.read(name, part).data);
    const flaw = describeNonFinite(data);
    if (flaw !== undefined) {
      const {first, count} = rows;
      const where = part === undefined ? '' : ` in images ${first} to ${first + count - 1}`;
      throw new RangeError(`${source.file}: ${name} ${flaw}${where}`);
    }
    return data;
  };
  const [, C, H, W] = source.info('x').shape as [number, number, number, number];
  const planes = tf.tensor4d(values('x', rows), [rows.count, C, H, W]);
  const levels = source.info('sigma').shape[0] === 1 ?
    new Float32Array(rows.count).fill(values('sigma')[0]!) : values('sigma', rows);
  const bad = levels.findIndex((level) => !(level > 0));
  if (bad >= 0) {
    throw new RangeError(`${source.file}: expected every sigma to be > 0, got ${levels[bad]} for ` +
        `image ${rows.first + bad}`);
  }
  return {
    x: tf.transpose(planes, [0, 2, 3, 1]), sigma: tf.tensor1d(levels),
    ...(names.includes('labels') && {
      labels: tf.tensor2d(values('labels', rows), [rows.count, source.info('labels').shape[1]!]),
    }),
  };
}

/**
 * Images whose activations fit. Recording a graph holds all of them at once; the graph itself then
 * needs a fifth. The blocks at full resolution count, since the others are smaller together.
 */
function batchFor({imageShape: [H, W], config: {options}}: EdmModel): number {
  const width = options.model_channels * options.channel_mult[0]!;
  const perImage = 4 * H * W * width * TENSORS_PER_BLOCK * (options.num_blocks + 2);
  return Math.max(1, Math.min(64, Math.floor(ACTIVATION_BYTES / perImage)));
}
