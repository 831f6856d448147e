/**
 * Every example of the public doc comments compiles against the built package and prints what it
 * says; the TypeScript in README.md and docs/ compiles. To run some of them:
 *
 *     EXAMPLES=karrasSchedule,sampleHeun npm test -- docs/examples
 */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {exampleProject, placeOf} from './example-project';
import {expectedOutput} from './expected-output';
import {documents, markdownSnippets} from './markdown-snippets';
import {publicNames} from './public-names';
import type {Snippet} from './public-names';
import {runExamples} from './run-examples';

/** Fails in both ways, at known places: shows that the tests below would see it. */
const BROKEN: Snippet = {
  of: 'broken', file: 'broken.md', line: 10,
  code: 'console.log(hg.formatNumber(0.5)); // 0.5\n\nconst text: string = hg.noSuchName();',
};

const names = publicNames();
const chosen = process.env['EXAMPLES']?.split(',');
const examples = [
  ...markdownSnippets(path.join('tools', 'api-docs', 'front-page.md')),
  ...names.flatMap((each) => each.examples),
].filter(({of}) => chosen === undefined || chosen.includes(of));
const project = exampleProject(
    [BROKEN, ...examples, ...(chosen === undefined ? documents().flatMap(markdownSnippets) : [])]);
after(project.remove);

test('every public function and constant has an example', () => {
  const bare = names.filter((each) => each.isValue && each.examples.length === 0)
      .map(({name}) => name);
  assert.deepEqual(bare, [], 'write an @example into the doc comment (CONTRIBUTING.md)');
});

test('examples and documents compile against the built package', () => {
  const [first, ...problems] = project.problems;
  assert.match(first!, /^broken\.md:12 \(broken\): Property 'noSuchName' does not exist/);
  if (problems.length > 0) assert.fail(problems.join('\n'));
});

test('examples print what their comments say', async (t) => {
  const all = [BROKEN, ...examples.filter((example) => !takesLong(example))];
  const modules = all.map((example) => project.modules.get(example)!);
  const outcomes = await runExamples(modules, project.folder);
  const check = (example: Snippet): void => {
    const {error, lines} = outcomes.get(project.modules.get(example)!) ??
        {error: {message: 'did not run: the process ended before'}, lines: []};
    if (error !== undefined) {
      assert.fail(`${placeOf(example, error.line ?? 2)}: ${error.message}`);
    }
    assert.deepEqual(lines.map(squeezed), expectedOutput(example.code).map(squeezed));
  };
  assert.throws(() => check(BROKEN), /^AssertionError.*: broken\.md:12: TypeError: hg\.noSuchName/);
  assert.deepEqual(outcomes.get(modules[0]!)?.lines, ['0.500']);
  for (const example of examples) {
    const title = `${example.of} (${example.file}:${example.line})`;
    await t.test(title, {skip: takesLong(example) && 'takes long'}, () => check(example));
  }
  const slow = [...outcomes.values()].sort((a, b) => b.ms - a.ms).slice(0, 3);
  t.diagnostic(`slowest: ${slow.map(({module, ms}) =>
    `${path.basename(module, '.mjs')} ${ms} ms`).join(', ')}`);
});

/** Whether an example says that it is too long for a test: then it is only compiled. */
const takesLong = ({code}: Snippet): boolean =>
    code.startsWith('// Takes long: compiled by the tests, not run.\n');

/** Blanks that align printed columns are of no account. */
const squeezed = (line: string): string => line.trim().replace(/\s+/g, ' ');
