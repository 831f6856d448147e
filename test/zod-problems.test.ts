import assert from 'node:assert/strict';
import {test} from 'node:test';
import {z} from 'zod';
import {zodProblems} from '../src/zod-problems';

const problems = (schema: z.ZodType, value: unknown): string =>
    zodProblems(schema.safeParse(value).error!);

test('problems are one line, and name no more than 20 of many', () => {
  const text = problems(z.array(z.int()), new Array(1000).fill('x'));
  assert.equal(text.split('; ').length, 20);
  assert.match(text, /^\[0\]: expected number, received string; .*; \[19\]: expected .* and 980 more$/);
  assert.ok(!text.includes('\n'));
});

test('keys of the record are printable and cut off', () => {
  const text = problems(z.strictObject({}), {['\u001b[2J'.repeat(5000)]: 1});
  assert.ok(text.startsWith('Unrecognized key: "\\u001b[2J'), text.slice(0, 100));
  assert.ok(!text.includes('\u001b') && text.length < 2100, `${text.length}`);
});
