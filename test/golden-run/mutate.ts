/** Fixtures with one thing changed, for the tests of the golden run. */
import type {NamedArray} from '../../src/store/safetensors';
import {norm} from './arrays';
import type {Row} from './checks';
import type {Fixture, GoldenFolder} from './folder';

/** The same fixture with other tensors. */
export const withTensors = (
    fixture: Fixture, changed: Readonly<Record<string, NamedArray>>): Fixture =>
    ({...fixture, tensors: new Map([...fixture.tensors, ...Object.entries(changed)])});

/** The same fixture with other fields in its record. */
export const withRecord = (fixture: Fixture, changed: Readonly<Record<string, unknown>>): Fixture =>
    ({...fixture, record: {...fixture.record, ...changed}});

/** A folder of given fixtures. */
export const folderOf = (...fixtures: readonly Fixture[]): GoldenFolder => ({
  path: 'memory', problems: [], fixtures: new Map(fixtures.map((each) => [each.name, each])),
});

/** One value of a compared tensor, `times` its tolerance away. */
export function moved({shape, data}: NamedArray, {limit}: Row, times: number): NamedArray {
  const values = data.slice();
  const at = (): number => {
    if ('relativeL2' in limit) {
      return Math.max(limit.relativeL2 * norm(data), limit.atol);
    }
    const atol = typeof limit.atol === 'number' ? limit.atol : limit.atol[0]!;
    return atol + limit.rtol * Math.abs(data[0]!);
  };
  values[0] = data[0]! + (times * at() || 1); // Exact: anything else is wrong.
  return {shape, data: values};
}
