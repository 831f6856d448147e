/** `loadCifar10` on archives whose batches are too small: they are refused, one way or another. */
import {writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {gzipSync} from 'node:zlib';
import {loadCifar10} from '../../../src/data/cifar10';
import {pickleOf} from '../../data/pickles';
import {tarOf} from '../tar-bytes';
import type {Target} from '../target';

const pickle = pickleOf(new Map<string, Parameters<typeof pickleOf>[0]>([
  ['labels', [6, 9]], ['data', {shape: [2, 3072], values: new Uint8Array(2 * 3072)}],
]));
const batch = (content: Uint8Array) => ({name: 'cifar-10-batches-py/data_batch_1', content});
const binary = {name: 'cifar-10-batches-bin/data_batch_1.bin', content: Buffer.alloc(3 * 3073)};

export const target: Target = {
  layers: async () => {
    const [tar, bin] = [await tarOf([batch(pickle)]), await tarOf([binary])];
    const at = tar.indexOf(pickle);
    return [
      {name: 'archive', seeds: [tar, gzipSync(tar), bin, gzipSync(bin)], refused: true},
      {
        name: 'pickle in an archive', seeds: [pickle], refused: true,
        wrap: (bytes) => {  // Of the same length, so that the tar's header stays right.
          const inside = Buffer.alloc(pickle.length);
          inside.set(bytes.subarray(0, pickle.length));
          return Buffer.concat([tar.subarray(0, at), inside, tar.subarray(at + pickle.length)]);
        },
      },
    ];
  },
  async parse(bytes, scratch) {
    const file = path.join(scratch, 'some.tar.gz');
    writeFileSync(file, bytes);
    await loadCifar10({path: file});
  },
  refusal: /^SCRATCH\/some\.tar\.gz(\/.*)?: /,
};
