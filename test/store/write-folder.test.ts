import assert from 'node:assert/strict';
import {
  existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {replaceFolder, writeFolder} from '../../src/store/write-folder';

const scratch = mkdtempSync(path.join(tmpdir(), 'write-folder-'));
after(() => rmSync(scratch, {recursive: true}));

test('a folder appears when it is full, with the usual rights', async () => {
  const dir = path.join(scratch, 'a', 'b');
  await writeFolder(dir, async (folder) => {
    writeFileSync(path.join(folder, 'x'), '1');
    await new Promise(setImmediate);
    assert.ok(!existsSync(dir));
  });
  assert.deepEqual(readdirSync(dir), ['x']);
  assert.deepEqual(readdirSync(path.dirname(dir)), ['b']);
  const usual = path.join(scratch, 'usual');
  mkdirSync(usual);
  assert.equal(statSync(dir).mode, statSync(usual).mode);
});

test('when filling fails, the error is passed on and nothing is left', async () => {
  await assert.rejects(writeFolder(path.join(scratch, 'none'), (folder) => {
    writeFileSync(path.join(folder, 'x'), '1');
    throw new RangeError('no');
  }), {name: 'RangeError', message: 'no'});
  assert.ok(!readdirSync(scratch).some((name) => name.startsWith('none')));
});

test('what is there already is kept, unless it is an empty folder', async () => {
  const full = path.join(scratch, 'full');
  mkdirSync(full);
  const fill = (folder: string): void => writeFileSync(path.join(folder, 'x'), '1');
  await writeFolder(full, fill);
  await assert.rejects(writeFolder(full, () => assert.fail('was called')),
      {message: `${full}: the folder is not empty; choose another one, or remove it first`});
  await assert.rejects(writeFolder(path.join(full, 'x'), () => assert.fail('was called')),
      {message: `${full}/x: there is a file of this name; choose another name for the folder`});
});

test('a folder is replaced when the new one is whole; the old one else stays', async () => {
  const dir = path.join(scratch, 'replaced');
  await replaceFolder(dir, (folder) => writeFileSync(path.join(folder, 'first'), ''));
  assert.deepEqual(readdirSync(dir), ['first']);
  await replaceFolder(dir, (folder) => {
    writeFileSync(path.join(folder, 'second'), '');
    assert.deepEqual(readdirSync(dir), ['first']);
  });
  assert.deepEqual(readdirSync(dir), ['second']);
  await assert.rejects(replaceFolder(dir, () => {
    throw new RangeError('no');
  }), {message: 'no'});
  assert.deepEqual(readdirSync(dir), ['second']);
  const names = readdirSync(scratch).filter((name) => name.startsWith('replaced'));
  assert.deepEqual(names, ['replaced']);
});
