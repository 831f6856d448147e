import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {
  cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {ROOT} from '../helpers';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-tools-'));
  cpSync(path.join(ROOT, 'tools'), path.join(root, 'tools'), {recursive: true});
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

function put(name: string, content: string): void {
  mkdirSync(path.dirname(path.join(root, name)), {recursive: true});
  writeFileSync(path.join(root, name), content);
}

function run(tool: string, args: readonly string[] = []): {status: number | null; output: string} {
  // Without this variable the inner test runner does not know that it is inside another.
  const {NODE_TEST_CONTEXT, ...env} = process.env;
  const {status, stdout, stderr} = spawnSync(process.execPath, [path.join(root, 'tools', tool),
    ...args], {encoding: 'utf8', timeout: 120_000, env});
  return {status, output: stdout + stderr};
}

const testFile = (title: string, body: string): string =>
    `require('node:test').test('${title}', () => { ${body} });\n`;

test('run-tests runs every test file below dist/test, and fails when one fails', () => {
  put('dist/test/a.test.js', testFile('first', ''));
  put('dist/test/deep/b.test.js', testFile('second', ''));
  put('dist/test/helpers.js', testFile('no test file', ''));
  const good = run('run-tests.mjs');
  assert.equal(good.status, 0, good.output);
  assert.match(good.output, /^ℹ pass 2$/m);
  put('dist/test/c.test.js', testFile('third', 'throw new Error("no")'));
  const bad = run('run-tests.mjs');
  assert.equal(bad.status, 1);
  assert.match(bad.output, /^ℹ pass 2$/m);
  assert.match(bad.output, /^ℹ fail 1$/m);
});

test('run-tests runs the named part, and nothing at all is a failure', () => {
  put('dist/test/a.test.js', testFile('first', ''));
  put('dist/test/deep/b.test.js', testFile('second', ''));
  assert.match(run('run-tests.mjs', ['deep']).output, /^ℹ pass 1$/m);
  const none = run('run-tests.mjs', ['nowhere']);
  assert.equal(none.status, 1);
  assert.match(none.output, /found none whose path contains nowhere; run `make setup` first/);
});

test('build compiles, removes what lost its source, and fails on a type error', () => {
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  put('tsconfig.json', JSON.stringify({
    compilerOptions: {rootDir: '.', outDir: 'dist', strict: true, types: [], lib: ['es2022']},
    include: ['src/**/*.ts'],
  }));
  put('src/index.ts', 'export const one: number = 1;\n');
  put('dist/src/index.js', '');
  put('dist/src/old.js', '');
  put('dist/test/old.test.js', '');
  const {status, output} = run('build.mjs');
  assert.equal(status, 0, output);
  assert.match(readFileSync(path.join(root, 'dist', 'src', 'index.js'), 'utf8'), /one = 1/);
  assert.ok(!existsSync(path.join(root, 'dist', 'src', 'old.js')));
  assert.ok(!existsSync(path.join(root, 'dist', 'test', 'old.test.js')));
  put('src/index.ts', 'export const one: number = "1";\n');
  const bad = run('build.mjs');
  assert.notEqual(bad.status, 0);
  assert.match(bad.output, /src\/index\.ts.*not assignable/);
});

test('make without a target lists every target of the Makefile', () => {
  const {stdout} = spawnSync('make', [], {cwd: ROOT, encoding: 'utf8'});
  const makefile = readFileSync(path.join(ROOT, 'Makefile'), 'utf8');
  const targets = [...makefile.matchAll(/^([a-z][a-z-]*):/gm)].map(([, name]) => name!);
  assert.ok(targets.length > 10);
  const phony = /^\.PHONY: ((?:.*\\\n)*.*)$/m.exec(makefile)![1]!.split(/[\s\\]+/);
  assert.deepEqual(phony.filter((name) => !targets.includes(name)), []);
  for (const target of targets.filter((name) => name !== 'help')) {
    assert.match(stdout, new RegExp(`^make ${target} `, 'm'), target);
  }
});
