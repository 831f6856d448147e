import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {setupModule} from './setup-module';

const folder = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-problem-'));
after(() => rmSync(folder, {recursive: true, force: true}));

async function explain(output: string, ending: number | string = 1): Promise<Error> {
  const {explainFailure} = await setupModule('problem');
  const log = path.join(folder, 'tool.log');
  writeFileSync(log, output);
  return explainFailure('pip', log, {ending});
}

const CAUSES: ReadonlyArray<readonly [string, string, RegExp]> = [
  ['npm without a name server', 'npm error code EAI_AGAIN', /cannot reach/],
  ['pip without a route', 'NewConnectionError(<pip.HTTPSConnection>: Network is unreachable)',
    /cannot reach/],
  ['npm on a full disk', 'npm error code ENOSPC', /disk full/],
  ['pip on a full disk', 'ERROR: Could not install: [Errno 28] No space left on device',
    /disk full/],
  ['a folder of another user', 'npm error code EACCES', /may not write/],
];
for (const [title, output, expected] of CAUSES) {
  test(`explainFailure recognises ${title}`, async () => {
    assert.match((await explain(output)).message, expected);
  });
}

test('explainFailure knows a missing processor feature and a lack of memory', async () => {
  assert.match((await explain('', 'SIGILL')).message, /instruction that this processor/);
  assert.match((await explain('', 'SIGKILL')).message, /memory ran out/);
});

test('checkPlatform accepts glibc Linux and macOS on arm64, and refuses the rest', async () => {
  const {checkPlatform} = await setupModule('platform');
  const machine = (platform: string, arch: string, musl = false): object =>
      ({platform, arch, musl});
  checkPlatform(machine('linux', 'x64'), 'gpu');
  checkPlatform(machine('linux', 'arm64'), 'cpu');
  checkPlatform(machine('darwin', 'arm64'), 'cpu');
  const refused = (on: object, device: string, message: RegExp, remedy: RegExp): void =>
      assert.throws(() => checkPlatform(on, device), {message, remedy});
  refused(machine('win32', 'x64'), 'cpu', /no build for this machine, win32 x64\./, /WSL 2/);
  refused(machine('darwin', 'x64'), 'cpu', /darwin x64/, /Apple silicon/);
  refused(machine('linux', 'x64', true), 'cpu', /\(musl\)/, /glibc/);
  refused(machine('darwin', 'arm64'), 'gpu', /DEVICE=gpu needs Linux on x64/, /DEVICE=cpu/);
});

test('chooseDevice keeps the device of the last set-up until another is asked for', async () => {
  const {chooseDevice} = await setupModule('platform');
  assert.equal(chooseDevice('', undefined), 'cpu');
  assert.equal(chooseDevice('', 'gpu'), 'gpu');
  assert.equal(chooseDevice('cpu', 'gpu'), 'cpu');
});
