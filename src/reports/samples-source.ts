/** Samples to judge: images in files, a tensor in a safetensors file, or a run's own, generated. */
import {existsSync} from 'node:fs';
import {imagesToFloat32} from '../data/dataset';
import {loadDataset} from '../data/load-dataset';
import type {LoadDatasetOptions} from '../data/load-dataset';
import type {SampledImages} from '../analysis/samples';
import {printable} from '../quoted';
import {openSafetensors} from '../store/safetensors';
import type {ImageShape} from '../types';

/** Generated images and what they are called. */
export interface NamedSamples extends SampledImages {
  /** What they are, in a few words. */
  readonly title: string;
  /** Name of each sample's file, where samples come from files. */
  readonly files?: readonly string[] | undefined;
}

/** Whether a name is that of a file of samples, not of a run. */
export const isSamplesFile = (name: string): boolean => existsSync(name);

/** How samples are read from files. */
export interface ReadSamplesOptions extends LoadDatasetOptions {
  /** Name of the tensor in a safetensors file (default `samples`, or the only one of images). */
  readonly tensor?: string | undefined;
  /** `[H, W, C]` of the training images: tells the order of a tensor's axes. */
  readonly imageShape: ImageShape;
}

/**
 * Reads samples from a folder or zip of images, or from a safetensors file.
 * @param source its path.
 * @param options how images are read, and what a tensor means.
 * @throws Error naming the file and what is wrong with it.
 * @example
 * const data = Float32Array.from({length: 3 * 16}, (_, i) => Math.sin(i));
 * hg.writeSafetensors('mine.safetensors', [{name: 'samples', shape: [3, 4, 4, 1]}], [data]);
 * const {title, count, imageShape} =
 *     await hg.readSamples('mine.safetensors', {imageShape: [4, 4, 1]});
 * console.log(title, count, imageShape); // mine.safetensors, samples 3 [ 4, 4, 1 ]
 */
export async function readSamples(
    source: string, {tensor, imageShape, ...options}: ReadSamplesOptions): Promise<NamedSamples> {
  if (source.endsWith('.safetensors')) return readTensor(source, imageShape, tensor);
  const images = await loadDataset(source, options);
  return {
    title: images.name, samples: imagesToFloat32(images), count: images.count,
    imageShape: images.imageShape, files: images.files,
  };
}

/** Above this, pixels cannot be meant to lie in [-1, 1]. */
const MOST = 4;

/**
 * A tensor of samples: `[N, H, W, C]` or `[N, C, H, W]`, bytes 0..255 or floats in [-1, 1].
 * @throws Error naming the file when no tensor is one of images, or several are, or when values
 *     are on another scale.
 */
export function readTensor(file: string, imageShape: ImageShape, tensor?: string): NamedSamples {
  const reader = openSafetensors(file);
  const name = tensor ?? tensorOfImages(reader.names.map((each) =>
    ({name: each, rank: reader.info(each).shape.length})), file);
  const {dtype} = reader.info(name);
  const {shape, data} = reader.read(name);
  if (shape.length !== 4) {
    throw new Error(`${file}: expected tensor ${printable(name, 100)} of shape [N, H, W, C] or ` +
        `[N, C, H, W], got [${shape.join(', ')}]`);
  }
  const values = dtype === 'U8' ?
    Float32Array.from(data, (byte) => Math.fround(byte / 127.5) - 1) : Float32Array.from(data);
  if (dtype !== 'U8') checkScale(file, name, values);
  const [N, ...rest] = shape as [number, number, number, number];
  const channelsFirst = rest.join() !== imageShape.join() &&
      (rest[0] === imageShape[2] || [1, 3].includes(rest[0]) && ![1, 3].includes(rest[2]));
  return {
    title: `${file}, ${name}`, count: N,
    ...(channelsFirst ? {
      samples: channelsLast(values, rest), imageShape: [rest[1], rest[2], rest[0]],
    } : {samples: values, imageShape: rest}),
  };
}

function tensorOfImages(
    tensors: readonly {readonly name: string; readonly rank: number}[], file: string): string {
  const images = tensors.filter(({rank}) => rank === 4).map(({name}) => name);
  if (images.includes('samples')) return 'samples';
  if (images.length === 1) return images[0]!;
  const there = printable(tensors.map(({name}) => name).join(', '), 500);
  throw new Error(`${file}: expected a tensor \`samples\` or one tensor of four axes, got ` +
      `${images.length} (it has ${there}); name it with --tensor (\`tensor\`)`);
}

function checkScale(file: string, name: string, values: Float32Array): void {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const onScale = least >= -MOST && most <= MOST && (least < 0 || most === least);
  if (onScale) return;
  const hint = most > MOST ? 'write bytes as U8, or pass x / 127.5 - 1' :
    least >= 0 ? 'these seem to lie in [0, 1]: pass 2 x - 1' : 'clip the samples';
  throw new Error(`${file}: expected tensor ${printable(name, 100)} to hold pixels in [-1, 1], ` +
      `got ${least} to ${most}; ${hint}`);
}

/** `[N, C, H, W]` as `[N, H, W, C]`. */
function channelsLast(
    values: Float32Array, [C, H, W]: readonly [number, number, number]): Float32Array {
  const moved = new Float32Array(values.length);
  const size = C * H * W;
  for (let i = 0; i < values.length; i++) {
    const [n, at] = [Math.floor(i / size), i % size];
    const [c, pixel] = [Math.floor(at / (H * W)), at % (H * W)];
    moved[n * size + pixel * C + c] = values[i]!;
  }
  return moved;
}
