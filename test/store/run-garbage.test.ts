import assert from 'node:assert/strict';
import {existsSync, readdirSync, rmSync} from 'node:fs';
import * as path from 'node:path';
import {test} from 'node:test';
import {listRuns, listStore} from '../../src/store/list-runs';
import {collectGarbage, planGarbage} from '../../src/store/run-garbage';
import type {GarbageOptions, GarbageReason} from '../../src/store/run-garbage';
import {thisProcess} from '../../src/store/run-owner';
import {RUN_FORMAT, runId} from '../../src/store/run-request';
import {openRunStore} from '../../src/store/run-store';
import {
  deadOwner, finished, measureRequest, newRoot, ofFormat, put, resultOf, running, trainRequest,
  unfinished,
} from './some-runs';
import {snapshot} from './snapshot';

/** Reason and place, from the root on, of everything that would go. */
function planned(root: string, options?: GarbageOptions): [GarbageReason, string][] {
  return planGarbage(listStore(root), options).garbage
      .map(({reason, place}) => [reason, path.relative(root, place)]);
}

const collect = (root: string, options?: GarbageOptions) =>
  collectGarbage(planGarbage(listStore(root), options).garbage);

test('a store in order has no garbage, and a missing one neither', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  await finished(root, measureRequest(id));
  await unfinished(root, trainRequest(2));
  assert.deepEqual(planGarbage(listStore(root)), {garbage: [], kept: [], strangers: []});
  assert.deepEqual(planned(path.join(root, 'none')), []);
});

test('set-aside files, half-written files and trash go; the runs stay as they were', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  const part = await unfinished(root, trainRequest(2));
  put(root, `${part}/lock/4.json`, JSON.stringify(deadOwner()));
  const before = snapshot(root);
  put(root, `${id}/damaged-1/log.txt`, '12345');
  put(root, `${id}/damaged-1/half.12-ab.partial`, '');
  put(root, `${id}/checkpoints/a.safetensors.17-0011aabb.partial`, '123');
  put(root, `${part}/state.17-0011aabb.partial`, '12');
  put(root, `${id}.damaged-2/x`, '1');
  put(root, `${id}.removed-00112233/x`, '1234');
  const {garbage} = planGarbage(listStore(root));
  const sum = (reason: GarbageReason): number => garbage.filter((item) => item.reason === reason)
      .reduce((bytes, item) => bytes + item.bytes, 0);
  assert.deepEqual([sum('aside'), sum('partial'), sum('trash')], [6, 5, 4]);
  const {removed, kept} = await collectGarbage(garbage);
  assert.deepEqual([removed.length, kept], [5, []]);
  const now = Object.fromEntries(Object.entries(snapshot(root)).filter(([name]) =>
    !name.startsWith(`${part}/lock/`)));
  assert.deepEqual(now, Object.fromEntries(Object.entries(before).filter(([name]) =>
    !name.startsWith(`${part}/lock/`))));
  assert.deepEqual(planned(root), []);
});

test('collecting in an unfinished run does not count as an attempt', async () => {
  const root = newRoot();
  const id = await unfinished(root, trainRequest(1));
  put(root, `${id}/x.1-00112233.partial`, '');
  await collect(root);
  const {provenance} = await openRunStore(root).run(trainRequest(1), () => resultOf(1));
  assert.equal(provenance.attempts, 2);
});

test('a run that is being computed keeps its half-written files', async () => {
  const root = newRoot();
  const work = await running(root, trainRequest(1));
  put(root, `${work.id}/x.1-00112233.partial`, '');
  put(root, `${work.id}/damaged-1/x`, '');
  assert.deepEqual(planned(root, {unfinished: true}), []);
  await work.end();
  const plan = planGarbage(listStore(root)).garbage;
  assert.equal(plan.length, 2);
  put(root, `${work.id}/result.json`, '');
  const again = await running(root, trainRequest(1)); // Begins after the plan was made.
  const {removed, kept} = await collectGarbage(plan);
  assert.deepEqual(removed, []);
  assert.match(kept[0]!, /is being computed/);
  await again.end();
});

test('runs of an older format go, those of a newer one stay', async () => {
  const root = newRoot();
  const old = await ofFormat(root, RUN_FORMAT - 1, trainRequest(1));
  const newer = await ofFormat(root, RUN_FORMAT + 1, trainRequest(1));
  const now = await finished(root, trainRequest(1));
  assert.deepEqual(planned(root, {unfinished: true}), [['older', old]]);
  const busy = put(root, `${old}/lock/8.json`, JSON.stringify(thisProcess()));
  assert.deepEqual(planned(root, {unfinished: true}), [], 'an older version computes it');
  rmSync(busy);
  assert.deepEqual(planGarbage(listStore(root)).kept, [`${newer}: stays, of format ` +
      `${RUN_FORMAT + 1}, which a newer version of this program has made`]);
  await collect(root);
  assert.deepEqual(readdirSync(root).sort(), [newer, now].sort());
});

test('an older run stays when one that stays is built on it', async () => {
  const root = newRoot();
  const old = await ofFormat(root, RUN_FORMAT - 1, trainRequest(1));
  const between = await ofFormat(root, RUN_FORMAT - 1, measureRequest(old));
  assert.deepEqual(planned(root).map(([, place]) => place).sort(), [old, between].sort());
  const user = await finished(root, measureRequest(between));
  assert.deepEqual(planned(root), []);
  assert.deepEqual([...planGarbage(listStore(root)).kept].sort(),
      [`${between}: stays, needed by ${user}`, `${old}: stays, needed by ${between}`].sort());
});

test('unfinished runs go when asked for, if nobody needs or computes them', async () => {
  const root = newRoot();
  const idle = await unfinished(root, trainRequest(1));
  const needed = await unfinished(root, trainRequest(2));
  await finished(root, measureRequest(needed));
  const work = await running(root, trainRequest(3));
  const empty = runId(trainRequest(4));
  put(root, `${empty}/lock/1.json`, JSON.stringify(deadOwner()));
  assert.deepEqual(planned(root), []);
  assert.deepEqual(planned(root, {unfinished: true}).sort(),
      [['unfinished', empty], ['unfinished', idle]].sort());
  const {removed} = await collect(root, {unfinished: true});
  await work.end();
  assert.equal(removed.length, 2);
  assert.equal(listRuns(root).length, 3);
});

test('a lost request keeps everything that it might need', async () => {
  const root = newRoot();
  const old = await ofFormat(root, RUN_FORMAT - 1, trainRequest(1));
  const lost = await unfinished(root, trainRequest(2));
  put(root, `${lost}/request.json`, '?');
  const {garbage, kept} = planGarbage(listStore(root), {unfinished: true});
  assert.deepEqual(garbage, []);
  assert.deepEqual(kept,
      [`${old}: stays, perhaps needed by ${lost}, whose request cannot be read`]);
});

test('what the store did not make is named and left alone', async () => {
  const root = newRoot();
  put(root, 'notes.txt', 'mine');
  put(root, 'train-old/request.json', '{}');
  put(root, `photos-${'0'.repeat(16)}/holiday.jpg`, 'mine');
  const before = snapshot(root);
  const {garbage, strangers} = planGarbage(listStore(root), {unfinished: true});
  assert.deepEqual([garbage, strangers],
      [[], ['notes.txt', `photos-${'0'.repeat(16)}`, 'train-old']]);
  await collectGarbage(garbage);
  assert.deepEqual(snapshot(root), before);
  assert.ok(existsSync(path.join(root, 'notes.txt')));
});
