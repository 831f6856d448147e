/**
 * Files that are small, or within every limit, and want to become large in memory. An input is two
 * bytes: which of them, and how large it is, in 255ths of what the limits let pass.
 */
import {mkdirSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {deflateRawSync, gzipSync} from 'node:zlib';
import {loadCifar10} from '../../../src/data/cifar10';
import {MAX_BATCH_BYTES, parseBatch} from '../../../src/data/cifar10-batch';
import {encodePng} from '../../../src/data/encode-png';
import {decodeIdxImages} from '../../../src/data/idx';
import {loadImageZip} from '../../../src/data/image-zip';
import {readPickle} from '../../../src/data/pickle';
import {decodeSafetensors} from '../../../src/store/safetensors';
import {rawZip} from '../../data/raw-zip';
import {tarOf} from '../tar-bytes';
import type {Target} from '../target';

/** Uses what is `share` (0 to 1) of the largest that the limits let pass. */
type Bomb = (share: number, scratch: string) => unknown;

/** `start`, then `part` over and over, then `end`: `bytes` in all. */
function filled(bytes: number, start: string, part: string, end: string): Buffer {
  const content = Buffer.alloc(Math.max(bytes, start.length + end.length), part);
  content.write(start, 0, 'latin1');
  const whole = Math.floor((content.length - start.length - end.length) / part.length);
  return Buffer.concat([
    content.subarray(0, start.length), Buffer.alloc(whole * part.length, part), Buffer.from(end),
  ]);
}

function withLength(json: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json]);
}

const header = (start: string, part: string, end: string): Bomb => (share) =>
    decodeSafetensors(withLength(filled(share * 2 ** 24, start, part, end)), 'bomb');
const pickle = (start: string, part: string, end = '.'): Bomb => (share) =>
    readPickle(filled(share * MAX_BATCH_BYTES, start, part, end), 'bomb');

const labels = (part: string, end: string): Bomb => async (share, scratch) => {
  const images = 4000;
  const content = await encodePng(Uint8Array.of(1), [1, 1, 1]);
  const file = path.join(scratch, 'bomb');
  const json = filled(share * 3 * 2 ** 24, `{"labels":[["0.png",[${part}`, `,${part}`, end);
  writeFileSync(file, rawZip([
    ...Array.from({length: images}, (_, i) => ({name: `${i}.png`, content, method: 0})),
    {name: 'dataset.json', content: json, packed: deflateRawSync(json, {level: 1})},
  ]));
  await loadImageZip(file, {warn: () => {}});
};

const config = (start: string, part: string, end: string): Bomb => async (share, scratch) => {
  const dir = path.join(scratch, 'bomb');
  mkdirSync(dir);
  writeFileSync(path.join(dir, 'config.json'), filled(share * 2 ** 20, start, part, end));
  // TensorFlow, which comes with it, takes a third of the memory allowed.
  const {loadModel} = await import('../../../src/models/model-folder.js');
  loadModel(dir);
};
const CONFIG = '{"format":"hidden-gaussian-model/1","precond":"EDMPrecond","options":{' +
    '"img_resolution":8,"img_channels":1,';

/** IDX in gzip that has what it promises. */
const idx = (maxBytes?: number): Bomb => (share) => {
  const count = Math.max(1, Math.floor(share * ((maxBytes ?? 2 ** 29) - 16) / 2 ** 16));
  const head = Buffer.alloc(16);
  [0x803, count, 256, 256].forEach((word, i) => head.writeUInt32BE(word, 4 * i));
  const zeros = gzipSync(Buffer.alloc(2 ** 16));
  decodeIdxImages(Buffer.concat([gzipSync(head), ...new Array<Buffer>(count).fill(zeros)]), 'bomb',
      maxBytes === undefined ? {} : {maxBytes});
};

const archive = (fill: string): Bomb => async (share, scratch) => {
  const file = path.join(scratch, 'bomb');
  const content = Buffer.alloc(Math.floor(share * MAX_BATCH_BYTES), fill, 'latin1');
  writeFileSync(file, gzipSync(await tarOf([{name: 'data_batch_1', content}]), {level: 1}));
  await loadCifar10({path: file});
};

/** A long text that is stored once, then made bytes again and again. */
const encoded = (share: number): Buffer => {
  const text = Buffer.alloc(Math.floor(share * MAX_BATCH_BYTES / 2), 'x');
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  return Buffer.concat([
    Buffer.from('\x80\x02c_codecs\nencode\nq\x00X', 'latin1'), size, text,
    Buffer.from('q\x01X\x06\0\0\0latin1q\x02', 'latin1'),
    Buffer.alloc(8 * 400, Buffer.from('h\x00h\x01h\x02\x86R', 'latin1')), Buffer.from('.'),
  ]);
};

/** `slow` ones are begun with at a quarter of their size. */
const BOMBS: readonly {readonly bomb: Bomb; readonly slow?: boolean; readonly fits?: boolean}[] = [
  header('{"a":{"dtype":"F32","shape":[-1', ',-1', '],"data_offsets":[0,0]}}'),
  header('{"a":{"dtype":"F32","shape":[0', ',1', '],"data_offsets":[0,0]}}'),
  header('{"__metadata__":{"a":1', ',"b":1', '}}'),
  header('{"a":[', '[],', '0]}'), header('{"a":', '[', ''),
  header('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]', ',"b":0', '}}'),
  pickle('', ']'), pickle('', '}'), pickle('', '('), pickle('(', 'N', 'l.'),
  pickle('\x80\x02', 'X\0\0\0\0'), (share: number) => readPickle(encoded(share), 'bomb'),
  (share: number) => parseBatch(encoded(share), 'bomb'),
  config(`${CONFIG}"channel_mult":[0`, ',0', ']}}'), config(`${CONFIG}"x":0`, ',"x":0', '}}'),
  config(`${CONFIG}"x":`, '[', ''), config(`${CONFIG}"x":0},"provenance":{"a":`, '[[],', '0]}}'),
  archive(']'), archive('\0'),
].map((bomb) => ({bomb})).concat(
    ['1', '"a"', '-1', '{}'].map((part) => ({bomb: labels(part, ']]]}'), slow: true})),
    [idx(2 ** 28), idx()].map((bomb) => ({bomb, fits: true})));

export const target: Target = {
  layers: () => BOMBS.map(({slow = false, fits = false}, i) => ({
    name: `bomb ${i}`, seeds: [Buffer.of(i, slow ? 64 : 255)], refused: !fits,
  })),
  async parse(bytes, scratch) {
    const {bomb} = BOMBS[(bytes[0] ?? 0) % BOMBS.length]!;
    await bomb((bytes[1] ?? 0) / 255, scratch);
  },
  refusal: /^(SCRATCH\/)?bomb(\/.*)?: /,
  share: 0.01,
};
