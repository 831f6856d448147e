/** `loadDataset`, which has to see by itself what a file is, whatever it is called. */
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {gzipSync} from 'node:zlib';
import {encodePng} from '../../../src/data/encode-png';
import {loadDataset} from '../../../src/data/load-dataset';
import {rawZip} from '../../data/raw-zip';
import {idxBytes} from '../idx-bytes';
import {tarOf} from '../tar-bytes';
import type {Layer, Target} from '../target';

const NAMES = ['some', 'some.zip', 'some.png', 'some.gz', 'some.tar.gz', 'images-idx3-ubyte'];

async function layers(): Promise<Layer[]> {
  const png = await encodePng(Uint8Array.from({length: 48}, (_, i) => 5 * i), [4, 4, 3]);
  const idx = idxBytes(0x803, [2, 3, 3]);
  const notes = {name: 'notes.txt', content: Buffer.alloc(9)};
  const zip = rawZip([{name: 'a.png', content: png}, notes]);
  const tar = await tarOf([{name: 'data_batch_1', content: Buffer.alloc(600, 1)}]);
  const named = (name: string) => (bytes: Uint8Array): Uint8Array =>
      Buffer.concat([Buffer.of(NAMES.indexOf(name)), bytes]);
  return [
    {name: 'zip', seeds: [zip], wrap: named('some')},
    {name: 'idx', seeds: [idx, gzipSync(idx)], wrap: named('some')},
    {name: 'image', seeds: [png], wrap: named('some.png')},
    {name: 'tar', seeds: [tar, gzipSync(tar)], wrap: named('some'), refused: true},
    ...NAMES.slice(1, 5).map((name) => ({
      name: `called ${name}`, seeds: [Buffer.from('neither')], wrap: named(name), refused: true,
    })),
  ];
}

export const target: Target = {
  layers,
  async parse(bytes, scratch) {
    const file = path.join(scratch, NAMES[(bytes[0] ?? 0) % NAMES.length]!);
    writeFileSync(file, bytes.subarray(1));
    const {count, images, imageShape} = await loadDataset(file, {size: 5, warn: () => {}});
    assert.deepEqual(imageShape.slice(0, 2), [5, 5], 'the size that was asked for');
    assert.equal(images.length, count * 25 * imageShape[2], 'bytes of the images');
  },
  refusal: /^(SCRATCH\/)?(some(\.\w+)*|images-idx3-ubyte)(\/.*)?: /,
};
