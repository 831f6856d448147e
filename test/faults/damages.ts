/** Ways in which a file gets damaged: by a disk, a network, an editor, a careless copy. */
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import type {Rng} from '../../src/types';

export interface Damage {
  readonly name: string;
  /** Damages the file; false when that would leave it as it was. */
  apply(file: string, rng: Rng): boolean;
}

/** Replaces the content by what `change` makes of it. */
const rewriting = (name: string, change: (content: Buffer, rng: Rng) => Buffer): Damage => ({
  name,
  apply(file, rng) {
    const before = readFileSync(file);
    const after = change(Buffer.from(before), rng);
    writeFileSync(file, after);
    return !after.equals(before);
  },
});

/** A range of 1 to 64 bytes somewhere in a content that is not empty. */
function someRange({length}: Buffer, rng: Rng): [number, number] {
  const begin = rng.int(length);
  return [begin, Math.min(length, begin + 1 + rng.int(64))];
}

export const DAMAGES: readonly Damage[] = [
  rewriting('cut somewhere', (content, rng) => content.subarray(0, rng.int(content.length))),
  rewriting('cut by a byte', (content) => content.subarray(0, -1)),
  rewriting('emptied', () => Buffer.alloc(0)),
  rewriting('a flipped bit', (content, rng) => {
    content[rng.int(content.length)]! ^= 1 << rng.int(8);
    return content;
  }),
  rewriting('a flipped bit in the first bytes', (content, rng) => {
    content[rng.int(Math.min(8, content.length))]! ^= 1 << rng.int(8);
    return content;
  }),
  rewriting('a zeroed range', (content, rng) => content.fill(0, ...someRange(content, rng))),
  rewriting('a removed range', (content, rng) => {
    const [begin, end] = someRange(content, rng);
    return Buffer.concat([content.subarray(0, begin), content.subarray(end)]);
  }),
  rewriting('a doubled range', (content, rng) => {
    const [begin, end] = someRange(content, rng);
    return Buffer.concat([content.subarray(0, end), content.subarray(begin)]);
  }),
  rewriting('something appended', (content) => Buffer.concat([content, Buffer.from('\n')])),
  {
    name: 'deleted',
    apply(file) {
      rmSync(file);
      return true;
    },
  },
];

/** Swaps the contents of two files. */
export function swap(a: string, b: string): boolean {
  const [contentA, contentB] = [readFileSync(a), readFileSync(b)];
  writeFileSync(a, contentB);
  writeFileSync(b, contentA);
  return !contentA.equals(contentB);
}
