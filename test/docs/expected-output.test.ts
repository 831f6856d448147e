import assert from 'node:assert/strict';
import {test} from 'node:test';
import {expectedOutput} from './expected-output';

const lines = (...code: string[]): string[] => expectedOutput(code.join('\n'));

test('the comment behind a statement that prints, and those below it, are what it prints', () => {
  assert.deepEqual(lines(
      '// A remark.',
      'const x = 1; // Another one.',
      'console.log(x); // 1',
      'hg.tf.tensor1d([1, 2]).print();',
      '// Tensor',
      '//     [1, 2]',
      '',
      '// A remark again.',
      'console.log(',
      '    2); // 2'), ['1', 'Tensor', '    [1, 2]', '2']);
});

test('a loop prints once a comment line', () => {
  assert.deepEqual(lines('for (const n of [1, 2]) console.log(n);', '// 1', '// 2'), ['1', '2']);
});

test('comments of statements that print nothing are no output', () => {
  assert.deepEqual(lines('const log = [1]; // [1]', '// console.log(1)'), []);
});
