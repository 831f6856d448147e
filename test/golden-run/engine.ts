/** Runs fixtures: finds the one rule that knows a fixture, and takes account of all it holds. */
import {tf} from '../../src/backend/tf';
import {createChecks} from './checks';
import type {Row} from './checks';
import {messageOf} from './folder';
import type {Fixture, GoldenFolder} from './folder';
import * as blocks from './rules/blocks';
import * as denoisers from './rules/denoisers';
import * as distillation from './rules/distillation';
import * as gradient from './rules/gradient';
import * as metrics from './rules/metrics';
import * as network from './rules/network';
import * as samplers from './rules/samplers';
import * as training from './rules/training';
import {openJob} from './sources';
import type {Job} from './sources';

/** How to check one kind of fixture. */
export interface Rule {
  /** By what the fixture contains, never by its name. */
  readonly recognises: (fixture: Fixture) => boolean;
  /** Reads and compares; throws where the fixture cannot be followed. */
  readonly run: (job: Job) => void | Promise<void>;
}

/** Every kind there is. */
export const RULES: Readonly<Record<string, Rule>> =
    {blocks, network, gradient, training, samplers, denoisers, metrics, distillation};

export interface FixtureReport {
  readonly name: string;
  /** The kind, when there is one. */
  readonly kind: string | undefined;
  readonly rows: readonly Row[];
  /** Empty: the fixture passed. */
  readonly problems: readonly string[];
  readonly seconds: number;
}

/** Checks one fixture of a folder; `fixture` may be another than the folder's of that name. */
export async function runFixture(fixture: Fixture, folder: GoldenFolder): Promise<FixtureReport> {
  const begin = performance.now();
  const checks = createChecks(fixture);
  const kinds = Object.entries(RULES).filter(([, rule]) => rule.recognises(fixture));
  const [known] = kinds;
  const report = (problems: readonly string[]): FixtureReport => ({
    name: fixture.name, kind: known?.[0], rows: checks.rows, problems,
    seconds: (performance.now() - begin) / 1000,
  });
  if (kinds.length !== 1) {
    const found = kinds.map(([kind]) => kind).join(' and ');
    return report([
      kinds.length === 0 ? 'is of no known kind' : `is of the kinds ${found} at once`,
    ]);
  }
  let isComplete = false;
  const before = tf.memory().numTensors;
  try {
    await known![1].run(openJob(checks, folder));
    const left = tf.memory().numTensors - before;
    if (left !== 0) checks.fail(`${left} tensors were left behind`);
    isComplete = true;
  } catch (error) {
    checks.fail(messageOf(error));
  }
  return report(checks.problems(isComplete));
}

/** Checks a whole folder; `onFixture` hears of each fixture when it is done. */
export async function runFolder(
    folder: GoldenFolder, onFixture: (report: FixtureReport) => void = () => {}):
    Promise<FixtureReport[]> {
  const reports: FixtureReport[] = [];
  for (const fixture of folder.fixtures.values()) {
    const report = await runFixture(fixture, folder);
    reports.push(report);
    onFixture(report);
  }
  return reports;
}
