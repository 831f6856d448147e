/** `decodeIdxImages`: plain files, gzip files, and gzip around a damaged file. */
import assert from 'node:assert/strict';
import {gzipSync} from 'node:zlib';
import {decodeIdxImages} from '../../../src/data/idx';
import {idxBytes} from '../idx-bytes';
import type {Target} from '../target';

const small = idxBytes(0x803, [3, 4, 5]);
const large = idxBytes(0x803, [400, 28, 28]);

export const target: Target = {
  layers: () => [
    {name: 'plain', seeds: [small, idxBytes(0x803, [1, 1, 1]), large]},
    {name: 'gzip', seeds: [gzipSync(small), gzipSync(large, {level: 0})]},
    {name: 'file inside gzip', seeds: [small, large], wrap: (bytes) => gzipSync(bytes, {level: 1})},
  ],
  parse(bytes) {
    const {images, count, height, width} = decodeIdxImages(bytes, 'some.idx');
    assert.ok(count >= 1 && height >= 1 && width >= 1, 'sizes');
    assert.equal(images.length, count * height * width, 'bytes of the images');
  },
  refusal: /^some\.idx: /,
};
