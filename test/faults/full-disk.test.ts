/**
 * A disk that gets full, at every page and every file with `npm run test:faults`, else at a part of
 * them: a try takes two seconds.
 */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import type {FullDiskOutcome} from './full-disk-child';

const ALL = process.env['FAULTS'] === 'all';
const scratch = mkdtempSync(path.join(tmpdir(), 'full-disk-'));
after(() => rmSync(scratch, {recursive: true}));
const disk = path.join(scratch, 'disk');
mkdirSync(disk);
/** A shell command in namespaces of its own, in which it may mount a small file system. */
const mounted = (command: string) => spawnSync('unshare', ['-rm', 'sh', '-c',
  `mount -t tmpfs -o size=1m,nr_inodes=200 tmpfs "$0" && ${command}`, disk,
  process.execPath, path.join(__dirname, 'full-disk-child.js'), path.join(scratch, 'reference'),
  ALL ? '1' : '4',
], {encoding: 'utf8', timeout: 900_000});

/** The file that a message names, without the folder and the numbers that differ. */
const fileOf = (message: string): string =>
    /train-[0-9a-f]{16}\/?(.*?): cannot be written/.exec(message)?.[1] || 'the run\'s folder';

test('a disk that is full at any moment stops the run, and nothing is lost', {
  skip: mounted('true').status === 0 ? false :
    'needs a system that lets users mount a tmpfs in a namespace (`unshare -rm`)',
}, (t) => {
  const {status, stdout, stderr} = mounted('exec "$1" "$2" "$0" "$3" "$4"');
  assert.equal(status, 0, stderr);
  const outcomes = JSON.parse(stdout) as Record<'bytes' | 'files' | 'calls', FullDiskOutcome[]>;
  for (const [kind, all] of Object.entries(outcomes)) {
    const messages = all.flatMap(({message}) => message ?? []);
    assert.ok(messages.length > 3, `${kind}: ${messages.length} failures`);
    assert.equal(all.at(-1)!.message, undefined, 'at last there is enough');
    for (const message of messages) {
      assert.match(message, /^\/.+: cannot be written: the disk is full; free some space and run /);
    }
    const files = [...new Set(messages.map(fileOf))];
    for (const part of ['lock', 'request.json', 'checksums.json', 'checkpoints/', 'states/',
      'log.jsonl', 'result.safetensors', 'result.json']) {
      if (!ALL || kind !== 'calls') continue; // A page is too coarse for the small files.
      assert.ok(files.some((file) => file.startsWith(part)), `${part} in ${files.join(', ')}`);
    }
    t.diagnostic(`${kind}: full at ${messages.length} points, after 0 to ${all.at(-2)!.free}; ` +
        `the messages name ${files.length} files (${files.join(', ')}); each time the store was ` +
        'whole and the run ended with the same bytes');
  }
});
