import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {createDataset} from '../../src/data/dataset';
import type {ImageCollection} from '../../src/data/image-collection';
import {collectionOf} from '../../src/data/image-collection';
import {loadImageZip} from '../../src/data/image-zip';
import {imageName, writeImageZip} from '../../src/data/write-image-zip';
import {openZip} from '../../src/data/zip-archive';

const scratch = mkdtempSync(path.join(tmpdir(), 'write-image-zip-test-'));
after(() => rmSync(scratch, {recursive: true}));
const file = path.join(scratch, 'out.zip');

const dataset = createDataset({
  name: 'some', imageShape: [4, 4, 3], labels: Uint16Array.from([1, 0, 300]),
  images: Uint8Array.from({length: 3 * 48}, (_, i) => (i * 91) % 256),
});

test('what is written is read again, in the layout of EDM\'s tool', async () => {
  const done: number[] = [];
  await writeImageZip(collectionOf(dataset), file, (progress) => done.push(progress.done));
  assert.deepEqual(done, [1, 2, 3]);
  const zip = await openZip(file);
  assert.deepEqual([...zip.sizes.keys()], [
    '00000/img00000000.png', '00000/img00000001.png', '00000/img00000002.png', 'dataset.json',
  ]);
  assert.equal(Buffer.from(await zip.read('dataset.json', 1000)).toString(),
      '{"labels":[["00000/img00000000.png",1],["00000/img00000001.png",0],' +
      '["00000/img00000002.png",300]]}');
  zip.close();
  const again = await loadImageZip(file);
  assert.deepEqual([again.hash, again.labels], [dataset.hash, dataset.labels]);
  assert.equal(imageName(12_345), '00012/img00012345.png');
});

test('grey images stay grey, and none are compressed', async () => {
  const grey = createDataset({
    name: 'grey', imageShape: [8, 8, 1], images: new Uint8Array(10 * 64).fill(9),
  });
  await writeImageZip(collectionOf(grey), file);
  const {hash, labels, imageShape} = await loadImageZip(file);
  assert.deepEqual([hash, labels, imageShape], [grey.hash, undefined, [8, 8, 1]]);
  assert.ok(readFileSync(file).length > 10 * 64, 'pixels are stored');
});

test('the same images give the same bytes, whatever the time and its zone', async (t) => {
  const zone = process.env['TZ'];
  t.after(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  const written: Buffer[] = [];
  for (const TZ of ['UTC', 'Asia/Tokyo', 'America/Los_Angeles']) {
    process.env['TZ'] = TZ;
    await writeImageZip(collectionOf(dataset), file);
    written.push(readFileSync(file));
  }
  assert.deepEqual(written[1], written[0]);
  assert.deepEqual(written[2], written[0]);
});

test('when an image cannot be read, the old file stays and nothing else is left', async () => {
  writeFileSync(file, 'old');
  const broken: ImageCollection = {
    ...collectionOf(dataset), count: 50,
    image: async (i) => {
      if (i === 20) throw new Error('image 20 is broken');
      return dataset.images.subarray(0, 48);
    },
  };
  await assert.rejects(writeImageZip(broken, file), {message: 'image 20 is broken'});
  assert.deepEqual(readdirSync(scratch), ['out.zip']);
  assert.equal(readFileSync(file, 'utf8'), 'old');
});
