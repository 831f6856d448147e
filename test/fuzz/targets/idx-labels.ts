/** `readIdxDataset` with a file of labels: the labels are mutated, the images are whole. */
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {gzipSync} from 'node:zlib';
import {readIdxDataset} from '../../../src/data/idx';
import {idxBytes} from '../idx-bytes';
import type {Target} from '../target';

const N = 40;
const images = idxBytes(0x803, [N, 2, 2]);
const labels = idxBytes(0x801, [N]);

export const target: Target = {
  layers: () => [
    {name: 'plain', seeds: [labels]},
    {name: 'gzip', seeds: [gzipSync(labels)]},
    {name: 'file inside gzip', seeds: [labels], wrap: (bytes) => gzipSync(bytes)},
  ],
  parse(bytes, scratch) {
    const [file, labelsFile] = ['images', 'labels'].map((name) => path.join(scratch, name));
    writeFileSync(file!, images);
    writeFileSync(labelsFile!, bytes);
    const dataset = readIdxDataset(file!, {labels: labelsFile!});
    assert.equal(dataset.count, N);
    assert.equal(dataset.labels!.length, N);
  },
  // Images and labels that do not belong together are a matter of the data set.
  refusal: /^(labels|createDataset): /,
};
