/** The project's own broken inputs through the program, and what the judge must not let pass. */
import assert from 'node:assert/strict';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {ROOT} from '../paths';
import {judge} from './judge';
import type {BadItem} from './manifest';
import {readManifest} from './manifest';

const FOLDER = path.join(ROOT, 'test', 'golden', 'bad');
const manifest = readManifest(FOLDER);
const scratch = mkdtempSync(path.join(tmpdir(), 'bad-test-'));
after(() => rmSync(scratch, {recursive: true}));

for (const item of manifest.items) {
  test(`${item.file} (${item.what}): ${item.expect}`, async () => {
    const {problems, said} = await judge(FOLDER, item, manifest);
    assert.deepEqual(problems, [], said);
  });
}

test('the manifest has every kind of file', () => {
  const kinds = new Set(manifest.items.map(({kind}) => kind));
  assert.deepEqual([...kinds].sort(), ['folder', 'idx', 'image', 'safetensors', 'zip']);
});

/** The problems that the judge finds when the program is `code`; `out` is what `-o` names. */
async function problemsOf(code: string, item: Partial<BadItem> = {}): Promise<string> {
  const program = path.join(scratch, 'program.js');
  writeFileSync(program, `
    const fs = require('node:fs'), path = require('node:path');
    const out = process.argv.at(-1);
    ${code}`);
  chmodSync(program, 0o755);
  const whole: BadItem = {
    file: 'truncated.png', kind: 'image', what: '', expect: 'reject', should_mention: [], ...item,
  };
  return (await judge(FOLDER, whole, manifest, program)).problems.join('; ');
}

const fail = (message: string): string => `console.error(${JSON.stringify(message)});
    process.exitCode = 1;`;
const refusal = fail('hidden-gaussian: truncated.png: is cut short');

test('a refusal in one line passes', async () => {
  assert.equal(await problemsOf(refusal, {should_mention: [['CUT', 'other']]}), '');
});

test('the judge sees bad manners of a refusal', async () => {
  const nameless = fail('hidden-gaussian: it is broken');
  assert.match(await problemsOf(nameless), /does not name the file/);
  assert.match(await problemsOf(refusal, {should_mention: [['magic', 'header']]}),
      /mentions none of magic, header/);
  assert.match(await problemsOf(`fs.writeFileSync(out + '.partial', ''); ${refusal}`),
      /left result\.zip\.partial/);
  const stray = `fs.writeFileSync(path.join(out, '..', '..', 'x.png'), ''); ${refusal}`;
  assert.match(await problemsOf(stray), /touched files outside the output folder: .*x\.png/);
  assert.match(await problemsOf(`fs.writeFileSync('x.png', ''); ${refusal}`), /x\.png/);
  assert.match(await problemsOf('throw new Error("truncated.png")'), /shows a stack trace/);
  assert.match(await problemsOf(`console.error('one'); ${refusal}`), /expected one line of error/);
  const large = `Buffer.alloc(1.1e9, 1); ${refusal}`;
  assert.match(await problemsOf(large), /took \d+ bytes of memory/);
});

test('the judge sees what was wrongly accepted, or silently changed', async () => {
  assert.match(await problemsOf(''), /was accepted/);
  assert.match(await problemsOf('', {expect: 'reject-or-convert'}),
      /does not say what it changed/);
  assert.match(await problemsOf('', {expect: 'accept'}), /wrote , expected result\.zip only/);
  assert.match(await problemsOf(refusal, {expect: 'accept'}), /was rejected/);
});

test('an output with other pixels is seen', async () => {
  const control = manifest.items.find(({file}) => file === 'control_edm.zip')!;
  for (const changed of [{pixel_sum: 1}, {images: 5}]) {
    const {problems} = await judge(FOLDER, {...control, ...changed}, manifest);
    assert.match(problems.join(), /^expected (pixel sum 1|5 images), got \d+$/);
  }
});

test('unknown kinds and expectations fail', async () => {
  assert.equal(await problemsOf(refusal, {kind: 'video'}), 'unknown kind video');
  assert.equal(await problemsOf(refusal, {expect: 'maybe'}), 'unknown `expect` maybe');
});
