import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {replaceFile} from '../../src/store/replace-file';

const scratch = mkdtempSync(path.join(tmpdir(), 'replace-file-test-'));
after(() => rmSync(scratch, {recursive: true}));
const file = path.join(scratch, 'folder', 'a.txt');
const listed = (): string[] => readdirSync(path.dirname(file));

test('the file appears whole, in a folder that is made when it is missing', async () => {
  await replaceFile(file, async (temporary) => {
    assert.equal(path.dirname(temporary), path.dirname(file));
    writeFileSync(temporary, 'one');
  });
  assert.deepEqual([listed(), readFileSync(file, 'utf8')], [['a.txt'], 'one']);
});

test('a failure leaves the old file and nothing else', async () => {
  const fails = replaceFile(file, async (temporary) => {
    writeFileSync(temporary, 'two');
    throw new Error('no more');
  });
  await assert.rejects(fails, {message: 'no more'});
  assert.deepEqual([listed(), readFileSync(file, 'utf8')], [['a.txt'], 'one']);
  assert.equal(process.listenerCount('SIGTERM'), 0);
});

test('an error of the file system names the file', async () => {
  await assert.rejects(replaceFile(path.join(file, 'b.txt'), async () => {}),
      /a\.txt.b\.txt: cannot be written/);
});

test('an interrupted process leaves the old file and nothing else', () => {
  const module = path.join(__dirname, '..', '..', 'src', 'store', 'replace-file.js');
  const code = `require(${JSON.stringify(module)}).replaceFile(${JSON.stringify(file)},
    async (temporary) => {
      require('node:fs').writeFileSync(temporary, 'half');
      process.kill(process.pid, 'SIGTERM');
      await new Promise((resolve) => setTimeout(resolve, 20_000));
    });`;
  const {signal} = spawnSync(process.execPath, ['-e', code], {timeout: 30_000});
  assert.equal(signal, 'SIGTERM');
  assert.deepEqual([listed(), readFileSync(file, 'utf8')], [['a.txt'], 'one']);
});
