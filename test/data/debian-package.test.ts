import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {
  existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {withDebianPackage} from '../../src/data/debian-package';

const scratch = mkdtempSync(path.join(tmpdir(), 'debian-package-test-'));
after(() => rmSync(scratch, {recursive: true}));
const withoutDpkg = spawnSync('dpkg-deb', ['--version']).status !== 0 && 'needs dpkg-deb';

/** Runs `body` with a shell script in the place of apt-get; returns the calls it got. */
async function withApt(script: string, body: () => Promise<void>): Promise<string[]> {
  const bin = mkdtempSync(path.join(scratch, 'bin-'));
  const log = path.join(bin, 'log');
  writeFileSync(log, '');
  writeFileSync(
      path.join(bin, 'apt-get'), `#!/bin/sh\necho "$*" >> ${log}\n${script}`, {mode: 0o755});
  const before = process.env['PATH'];
  process.env['PATH'] = `${bin}:${before}`;
  try {
    await body();
  } finally {
    process.env['PATH'] = before;
  }
  return readFileSync(log, 'utf8').trim().split('\n');
}

function makePackage(): string {
  const root = path.join(scratch, 'package');
  mkdirSync(path.join(root, 'DEBIAN'), {recursive: true});
  mkdirSync(path.join(root, 'usr/share'), {recursive: true});
  writeFileSync(path.join(root, 'DEBIAN/control'),
      'Package: toy\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: toy\n');
  writeFileSync(path.join(root, 'usr/share/file'), 'content');
  const file = path.join(scratch, 'toy.deb');
  const {status, stderr} = spawnSync('dpkg-deb', ['-b', root, file], {encoding: 'utf8'});
  assert.equal(status, 0, stderr);
  return file;
}

test('a package is downloaded, unpacked, used and removed', {skip: withoutDpkg}, async () => {
  const deb = makePackage();
  let folder = '';
  const calls = await withApt(`cp ${deb} .`, () => withDebianPackage('toy', (root) => {
    folder = root;
    assert.equal(readFileSync(path.join(root, 'usr/share/file'), 'utf8'), 'content');
  }));
  assert.equal(calls.length, 1);
  assert.match(calls[0]!, /download toy$/);
  assert.ok(!existsSync(path.dirname(folder)), `${folder} was left behind`);
});

test('without usable package lists, private ones are fetched', {skip: withoutDpkg}, async () => {
  const script = `case "$*" in
    *Dir::State=*update) exit 0;;
    *Dir::State=*download*) cp ${makePackage()} .;;
    *) echo "E: Unable to locate package toy" >&2; exit 100;;
  esac`;
  const calls = await withApt(script, () => withDebianPackage('toy', (root) => {
    assert.ok(existsSync(path.join(root, 'usr/share/file')));
  }));
  assert.deepEqual(
      calls.map((call) => /(update|download toy)$/.exec(call)?.[0]),
      ['download toy', 'update', 'download toy']);
});

test('what apt says is passed on', async () => {
  const fails = 'echo "W: slow" >&2; echo "E: Could not resolve host" >&2; exit 100';
  await withApt(fails, () => assert.rejects(
      withDebianPackage('toy', () => assert.fail('there is no package')),
      {message: 'apt-get: E: Could not resolve host'}));
});

test('a system without apt-get is told so', async () => {
  const before = process.env['PATH'];
  process.env['PATH'] = scratch;
  try {
    await assert.rejects(withDebianPackage('toy', () => {}),
        {message: 'apt-get: is not installed on this system'});
  } finally {
    process.env['PATH'] = before;
  }
});
