/** `hidden-gaussian notebook` up to where a kernel would start; lists, and what it refuses. */
import assert from 'node:assert/strict';
import test from 'node:test';
import {notebookNames} from '../../src/notebooks/notebook-file';
import {cli} from './run-cli';

test('without a name it lists the notebooks, with --list the parameters of one', () => {
  const {status, stdout} = cli(['notebook']);
  assert.equal(status, 0);
  assert.deepEqual(stdout.trim().split('\n').map((line) => line.split(' ')[0]), notebookNames());
  assert.match(stdout, /^02-emerging-linearity\.ipynb {2}II\. Emerging linearity$/m);
  assert.match(cli(['notebook', '2', '--list']).stdout,
      /^ {2}N: number\[\] +numbers of training images/m);
});

test('what cannot be done is refused before anything is executed', () => {
  for (const [words, message] of [
    [['9', '-o', 'x'], /one notebook, got "9"; there are 01-/],
    [['02'], /expected `-o <folder>`/], [['02', '-o', 'notebooks'], /a folder of its own after `-o`/],
    [['02', '-o', 'x', '--set', 'M=3'], /no parameter M; the parameters are\n {2}PROFILE: string/],
    [['02', '-o', 'x', '--set', 'N=few'], /expected N to be numbers with commas between, got "few"/],
  ] as const) {
    const {status, stderr} = cli(['notebook', ...words]);
    assert.equal(status, 1);
    assert.match(stderr, message);
  }
});
