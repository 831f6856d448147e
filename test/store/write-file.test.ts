import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import test from 'node:test';
import {writeFile, writeFileParts} from '../../src/store/write-file';

test('writeFile replaces a file whole and leaves nothing else behind', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'write-file-'));
  try {
    const file = path.join(folder, 'a.json');
    writeFile(file, 'old');
    writeFile(file, Uint8Array.from([110, 101, 119]));
    assert.equal(readFileSync(file, 'utf8'), 'new');
    assert.deepEqual(readdirSync(folder), ['a.json']);
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test('writeFile on a full disk names the file and what to do', {
  skip: existsSync('/dev/full') ? false : 'this system has no /dev/full',
}, () => {
  // A file cannot be made inside a device; the message still has to name it.
  assert.throws(() => writeFile('/dev/full/a.json', 'x'), /^Error: \/dev\/full\/a\.json: cannot be written: /);
});

test('writeFile keeps the old file when the new one cannot be written', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'write-file-'));
  try {
    const file = path.join(folder, 'a');
    writeFileSync(file, 'old');
    assert.throws(() => writeFile(path.join(file, 'b'), 'x'), /cannot be written/);
    assert.equal(readFileSync(file, 'utf8'), 'old');
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test('writeFileParts joins the parts; when one cannot be made, the old file stays alone', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'write-file-'));
  try {
    const file = path.join(folder, 'a');
    writeFileParts(file, ['ab', '', 'c'].map((text) => Buffer.from(text)));
    assert.equal(readFileSync(file, 'utf8'), 'abc');
    function* failing(): Generator<Uint8Array> {
      yield Buffer.from('new');
      throw new RangeError('no more');
    }
    assert.throws(() => writeFileParts(file, failing()), {name: 'RangeError', message: 'no more'});
    assert.equal(readFileSync(file, 'utf8'), 'abc');
    assert.deepEqual(readdirSync(folder), ['a']);
    assert.throws(() => writeFileParts(path.join(file, 'b'), []), /a\/b: cannot be written: /);
  } finally {
    rmSync(folder, {recursive: true});
  }
});
