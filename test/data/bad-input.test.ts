/** The broken files of `test/golden/bad`, each with the control that must still be accepted. */
import assert from 'node:assert/strict';
import {copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {decodeIdxImages} from '../../src/data/idx';
import {loadImageFolder} from '../../src/data/image-folder';
import {ROOT} from '../helpers';

interface Item {
  readonly file: string;
  readonly kind: string;
  readonly what: string;
  readonly expect: 'reject' | 'reject-or-convert' | 'accept';
  /** Of each inner list the message has at least one, in any case. */
  readonly should_mention: readonly (readonly string[])[];
  readonly images?: number;
  readonly pixel_sum?: number;
  readonly pixel_sum_if_converted?: number;
}

interface Outcome {
  readonly count: number;
  readonly pixelSum: number;
  /** What was announced on the way. */
  readonly said: string;
}

const FOLDER = path.join(ROOT, 'test', 'golden', 'bad');
const {items} = JSON.parse(readFileSync(path.join(FOLDER, 'manifest.json'), 'utf8')) as
    {items: Item[]};
const scratch = mkdtempSync(path.join(tmpdir(), 'bad-input-test-'));
after(() => rmSync(scratch, {recursive: true}));

const sum = (bytes: Uint8Array): number => bytes.reduce((a, b) => a + b, 0);

async function fromFolder(dir: string): Promise<Outcome> {
  const said: string[] = [];
  const {count, images} = await loadImageFolder(dir, {warn: (message) => said.push(message)});
  return {count, pixelSum: sum(images), said: said.join('\n')};
}

const readers: Record<string, (file: string) => Promise<Outcome>> = {
  async idx(file) {
    const {count, images} = decodeIdxImages(readFileSync(path.join(FOLDER, file)), file);
    return {count, pixelSum: sum(images), said: ''};
  },
  folder: (file) => fromFolder(path.join(FOLDER, file)),
  image(file) {
    const dir = path.join(scratch, path.parse(file).name);
    mkdirSync(dir);
    copyFileSync(path.join(FOLDER, file), path.join(dir, file));
    return fromFolder(dir);
  },
};

function assertMentions(message: string, {file, should_mention: mentions}: Item): void {
  assert.ok(message.includes(file), `the message does not name ${file}: ${message}`);
  for (const words of mentions) {
    assert.ok(words.some((word) => message.toLowerCase().includes(word.toLowerCase())),
        `expected one of ${words.join(', ')} in: ${message}`);
  }
  assert.ok(!message.includes('\n'), `expected one line, got: ${message}`);
}

for (const item of items) {
  const read = readers[item.kind];
  if (read === undefined) continue;  // Kinds that other tests read.
  test(`${item.file} (${item.what}): ${item.expect}`, async () => {
    const outcome = await read(item.file).catch((error: unknown) => error);
    if (item.expect === 'accept') {
      assert.ok(!(outcome instanceof Error), `refused: ${outcome}`);
      assert.deepEqual(outcome, {count: item.images, pixelSum: item.pixel_sum, said: ''});
    } else if (outcome instanceof Error) {
      assertMentions(outcome.message, item);
    } else {
      assert.equal(item.expect, 'reject-or-convert', 'was accepted');
      const {pixelSum, said} = outcome as Outcome;
      assertMentions(said, item);
      assert.equal(pixelSum, item.pixel_sum_if_converted ?? pixelSum);
    }
  });
}

test('the manifest covers each kind of reader', () => {
  for (const kind of Object.keys(readers)) {
    assert.ok(items.some((item) => item.kind === kind), `no ${kind} in the manifest`);
  }
  assert.ok(statSync(path.join(FOLDER, 'idx_empty.gz')).size === 0);
});
