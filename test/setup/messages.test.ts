import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {ROOT} from '../helpers';
import {ALL_OK, fakeProject} from './fake-project';
import type {FakeCommands} from './fake-project';

const project = fakeProject();
after(() => project.remove());

/** Runs the set-up and asserts one sentence, one remedy, and that nothing was made. */
function assertRefused(
    commands: FakeCommands, sentence: RegExp, remedy: RegExp, env: NodeJS.ProcessEnv = {}): void {
  const {status, stderr} = project.setUp(commands, env);
  const lines = stderr.trimEnd().split('\n');
  assert.equal(status, 1, stderr);
  assert.match(lines[0]!, sentence);
  assert.match(lines[1]!, remedy);
  assert.equal(lines.length, 2, stderr);
  for (const made of ['node_modules', '.venv', 'dist']) {
    assert.ok(!existsSync(path.join(project.root, made)), `${made} was made`);
  }
}

const without = (...names: string[]): FakeCommands =>
    Object.fromEntries(Object.entries(ALL_OK).filter(([name]) => !names.includes(name)));
const nodeOf = (version: string): FakeCommands =>
    ({...ALL_OK, node: `[ "$1" = -p ] && echo ${version} || echo "$1 was started"`});

test('a missing Node.js is named, with what to install', () => {
  assertRefused(without('node'), /^setup: Node\.js is missing/, /Install Node\.js 22/);
});

test('the Node.js versions of package.json pass, those just outside are refused', () => {
  const {engines} = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  assert.equal(engines.node, '>=20.17 <25');
  for (const version of ['18.19.0', '20.16.0', '25.0.0']) {
    const sentence = new RegExp(`^setup: Node\\.js ${version} does not fit`);
    assertRefused(nodeOf(version), sentence, /Install/);
  }
  for (const version of ['20.17.0', '22.0.0', '24.21.0']) {
    const {status, stdout} = project.setUp(nodeOf(version));
    assert.equal(status, 0, version);
    assert.match(stdout, /main\.mjs was started/);
  }
});

test('a Node.js that does not start is named', () => {
  assertRefused({...ALL_OK, node: 'exit 127'}, /^setup: Node\.js at .* does not start/, /Install/);
});

test('a missing npm is named', () => {
  // The npm beside this Node.js would be found too.
  assertRefused({...ALL_OK, npm: 'exit 1'}, /^setup: npm is missing/, /apt-get install npm/);
});

test('a missing Python is named, with the least version', () => {
  assertRefused(without('python3'), /^setup: Python is missing: 3\.10 or newer/, /PYTHON=/);
});

test('a Python that is too old is named with its version', () => {
  assertRefused({...ALL_OK, python3: 'echo 3 8 10 1'},
      /^setup: Python is too old: 3\.10 or newer is needed \(found python3 3\.8\.10\)\.$/,
      /PYTHON=/);
});

test('a Python without venv is named, with the package that brings it', () => {
  assertRefused({...ALL_OK, python3: 'echo 3 11 2 0'},
      /^setup: Python lacks its venv module \(found python3 3\.11\.2\)\.$/, /python3-venv|brew/);
});

test('an old python3 does not hide a fitting one of another name', () => {
  assertRefused({...without('c++'), python3: 'echo 3 8 10 1', 'python3.12': 'echo 3 12 1 1'},
      /^setup: A C\+\+17 compiler is missing/, /./);
});

test('PYTHON, where it is set, is the only candidate', () => {
  assertRefused(ALL_OK, /^setup: Python is missing/, /PYTHON=/, {PYTHON: '/nowhere/python3'});
});

test('a missing compiler is named, with what to install', () => {
  assertRefused(without('c++'),
      /^setup: A C\+\+17 compiler is missing \(tried c\+\+, g\+\+, clang\+\+\)\.$/,
      /apt-get install g\+\+|xcode-select/);
});

test('CXX, where it is set, is the only compiler tried', () => {
  assertRefused(ALL_OK, /\(tried \/nowhere\/c\+\+\)/, /CXX=/, {CXX: '/nowhere/c++'});
});

test('an unknown DEVICE is refused', () => {
  assertRefused(ALL_OK, /^setup: DEVICE=tpu is unknown\.$/, /DEVICE=cpu or DEVICE=gpu/,
      {DEVICE: 'tpu'});
});

test('npm without a network is one sentence, and the log is named', () => {
  // A port where nothing listens, instead of the registry; an empty cache in the fake home.
  const {status, stderr} = project.setUp({...ALL_OK, npm: true}, {
    npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0',
  });
  assert.equal(status, 1);
  const lines = stderr.trimEnd().split('\n');
  assert.match(lines[0]!, /^setup: npm ci cannot reach its package registry\.$/);
  assert.match(lines[1]!, /Check the network.*`make setup` again/);
  assert.match(lines[2]!, /All output: \.setup\/logs\/node-modules\.log/);
  assert.equal(lines.length, 3, stderr);
});

test('a tool that fails otherwise shows its last lines before the sentence', () => {
  const npm = '[ "$1" = ci ] && echo "npm error the lock is odd" && exit 3; echo 11.0.0';
  const {status, stderr} = project.setUp({...ALL_OK, npm});
  assert.equal(status, 1);
  assert.match(stderr, /^npm error the lock is odd\nsetup: npm ci failed \(3\)\.\n {2}Read its/);
});
