import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {test} from 'node:test';
import {provenance} from '../../src/store/provenance';
import {ROOT} from '../helpers';

test('provenance says which code ran, on which machine, when and for how long', () => {
  const started = new Date(Date.now() - 5000);
  const {version, commit, node, platform, processor, threads, ...time} = provenance(started);
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  assert.equal(version, manifest.version);
  assert.ok(commit === null || /^[0-9a-f]{40}$/.test(commit), `commit ${commit}`);
  assert.equal(node, process.version);
  assert.equal(platform, `${process.platform} ${process.arch}`);
  assert.ok(processor.length > 0 && processor === processor.trim());
  assert.ok(Number.isInteger(threads) && threads >= 1);
  assert.equal(time.started, started.toISOString());
  assert.ok(time.seconds >= 5 && time.seconds < 60, `${time.seconds} seconds`);
  const {rss} = process.memoryUsage(); // The peak is at least about what is resident now.
  assert.ok(time.peakMemoryMiB > 0.9 * rss / 2 ** 20, `${time.peakMemoryMiB} MiB`);
});
