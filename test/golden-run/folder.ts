/**
 * A folder of references: `index.json`, and for each fixture `NAME.json` (its record) with
 * `NAME.safetensors` (its tensors). What does not fit together is collected, not thrown: the rest
 * of the folder is still worth running.
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';
import {readSafetensors} from '../../src/store/safetensors';
import type {NamedArray} from '../../src/store/safetensors';

/** What a record says; each rule has a schema for its own. */
export type FixtureRecord = Readonly<Record<string, unknown>>;

export interface Fixture {
  readonly name: string;
  readonly record: FixtureRecord;
  readonly tensors: ReadonlyMap<string, NamedArray>;
}

export interface GoldenFolder {
  readonly path: string;
  /** In the order of the index, then those that it forgets. */
  readonly fixtures: ReadonlyMap<string, Fixture>;
  /** What is missing, unreadable or in excess; not empty: the run fails. */
  readonly problems: readonly string[];
}

const index = z.looseObject({
  fixtures: z.array(z.looseObject({name: z.string(), depends_on: z.unknown().optional()})),
});
const record = z.looseObject({
  tensors: z.record(z.string(), z.looseObject({
    dtype: z.string(), shape: z.array(z.int().min(0)),
  })),
});

/** Reads a whole folder. */
export function openGoldenFolder(folder: string): GoldenFolder {
  const problems: string[] = [];
  const attempt = <T>(what: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const names = attempt(folder, () => readdirSync(folder)) ?? [];
  const withEnd = (end: string): string[] =>
      names.filter((name) => name.endsWith(end) && name !== 'index.json')
          .map((name) => name.slice(0, -end.length));
  const present = new Set([...withEnd('.json'), ...withEnd('.safetensors')]);
  const listed = names.includes('index.json') ?
    attempt('index.json', () => index.parse(readJson(path.join(folder, 'index.json')))) :
    undefined;
  if (!names.includes('index.json')) problems.push(`${folder}: there is no index.json`);
  const entries = listed?.fixtures ?? [];
  for (const name of present) {
    if (listed !== undefined && !entries.some((entry) => entry.name === name)) {
      problems.push(`${name}: has files, but no entry in index.json`);
    }
  }
  const fixtures = new Map<string, Fixture>();
  for (const name of new Set([...entries.map((entry) => entry.name), ...present])) {
    const fixture = attempt(name, () => readFixture(folder, name));
    if (fixture === undefined) continue;
    fixtures.set(name, fixture);
    const entry = entries.find((each) => each.name === name);
    const ofRecord = namedIn(fixture.record['depends_on']);
    if (entry !== undefined && namedIn(entry.depends_on) !== ofRecord) {
      problems.push(`${name}: index.json and the record name different files in depends_on`);
    }
  }
  if (entries.length !== new Set(entries.map((entry) => entry.name)).size) {
    problems.push('index.json: lists a fixture twice');
  }
  if (fixtures.size === 0) problems.push(`${folder}: there are no fixtures`);
  return {path: folder, fixtures, problems};
}

function readFixture(folder: string, name: string): Fixture {
  const files = [`${name}.json`, `${name}.safetensors`];
  const missing = files.filter((file) => !existsSync(path.join(folder, file)));
  if (missing.length > 0) throw new Error(`there is no ${missing.join(' and no ')}`);
  const json = readJson(path.join(folder, files[0]!));
  const {tensors: declared} = record.parse(json);
  const {tensors} = readSafetensors(path.join(folder, files[1]!));
  const wrong = declarationProblems(declared, tensors);
  if (wrong.length > 0) throw new Error(wrong.join('; '));
  return {name, record: json as FixtureRecord, tensors};
}

/** Where the list of tensors in a record differs from the file. */
function declarationProblems(
    declared: Readonly<Record<string, {readonly dtype: string; readonly shape: number[]}>>,
    tensors: Fixture['tensors']): string[] {
  const inRecord = Object.keys(declared).filter((name) => !tensors.has(name))
      .map((name) => `the record lists ${name}, which the file lacks`);
  const inFile = [...tensors].flatMap(([name, {shape, data}]) => {
    const entry = declared[name];
    if (entry === undefined) return [`the file has ${name}, which the record does not list`];
    const [said, found] = [describe(entry.dtype, entry.shape), describe(dtypeOf(data), shape)];
    return said === found ? [] : [`${name} is ${found}, and ${said} in the record`];
  });
  return [...inRecord, ...inFile];
}

const describe = (dtype: string, shape: readonly number[]): string =>
    `${dtype} [${shape.join(', ')}]`;
const dtypeOf = (data: NamedArray['data']): string =>
    data.constructor.name.replace('Array', '').toLowerCase();
const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** The files that `depends_on` names, whatever its form. */
const namedIn = (dependsOn: unknown): string => [...new Set(
    (JSON.stringify(dependsOn) ?? '').match(/[\w.-]+\.safetensors/g) ?? [])].sort().join();

export const messageOf = (error: unknown): string => error instanceof z.ZodError ?
  z.prettifyError(error).replaceAll('\n', ' ') :
  error instanceof Error ? error.message : String(error);
