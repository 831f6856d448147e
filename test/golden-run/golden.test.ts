/** The project against the original code: every reference, and that each comparison can fail. */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import {test} from 'node:test';
import {ROOT} from '../helpers';
import {RULES, runFixture} from './engine';
import type {FixtureReport} from './engine';
import {openGoldenFolder} from './folder';
import type {Fixture} from './folder';
import {moved, withTensors} from './mutate';
import {describeFixture} from './report';

const folder = openGoldenFolder(path.join(ROOT, 'test', 'golden'));
const kinds = new Set<string | undefined>();

test('the folder of references is whole', () => assert.deepEqual(folder.problems, []));

for (const fixture of folder.fixtures.values()) {
  let report: FixtureReport | undefined;
  test(`${fixture.name} agrees with the original code`, async () => {
    report = await runFixture(fixture, folder);
    kinds.add(report.kind);
    assert.deepEqual(report.problems, [], describeFixture(report));
  });

  test(`${fixture.name}: any compared tensor off by ten times its tolerance is noticed`,
      async () => {
        // Fresh noise is compared by statistics, slowly; `engine.test` sees them fail.
        const rest = withoutFresh(fixture);
        const rows = report!.rows.filter(({what}) => rest.tensors.has(what));
        const changed = Object.fromEntries(rows.map((row) =>
          [row.what, moved(rest.tensors.get(row.what)!, row, 10)]));
        const {rows: found} = await runFixture(withTensors(rest, changed), folder);
        const passed = found.filter(({what, ok}) => ok && what in changed);
        assert.deepEqual(passed, []);
        const failed = found.filter(({what, ok}) => !ok && what in changed);
        assert.deepEqual(new Set(failed.map(({what}) => what)), new Set(Object.keys(changed)));
      });
}

test('there is a reference of every kind', () =>
  assert.deepEqual([...kinds].sort(), Object.keys(RULES).sort()));

function withoutFresh(fixture: Fixture): Fixture {
  const tensors = [...fixture.tensors].filter(([name]) => !name.startsWith('fresh.'));
  return {...fixture, tensors: new Map(tensors)};
}
