import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {setupModule, setupModuleUrl} from './setup-module';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-stage-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

interface TestStage {
  readonly name: string;
  readonly after?: string[];
  readonly inputs: () => string[];
  readonly outputs: string[];
  readonly make: () => Promise<void>;
}

function stage(name: string, {input = 'a', after = [] as string[]} = {}): TestStage {
  const output = path.join(folder, name);
  return {
    name, after, inputs: () => [input], outputs: [output],
    make: async () => writeFileSync(output, input),
  };
}

async function pendingOf(...stages: TestStage[]): Promise<string[]> {
  return (await setupModule('stage')).pendingStages(stages, path.join(folder, 'stamps'));
}

async function make(one: TestStage): Promise<void> {
  await (await setupModule('stage')).makeStage(one, path.join(folder, 'stamps'));
}

test('a stage is pending until it was made, and then no more', async () => {
  const one = stage('one');
  assert.deepEqual(await pendingOf(one), ['one']);
  await make(one);
  assert.deepEqual(await pendingOf(one), []);
});

test('a stage is made again when an input has changed or an output is gone', async () => {
  await make(stage('one'));
  assert.deepEqual(await pendingOf(stage('one', {input: 'b'})), ['one']);
  rmSync(path.join(folder, 'one'));
  assert.deepEqual(await pendingOf(stage('one')), ['one']);
});

test('a stage is made again when one that it builds on is pending or was made again', async () => {
  const [one, two] = [stage('one'), stage('two', {after: ['one']})];
  await make(one);
  await make(two);
  assert.deepEqual(await pendingOf(one, two), []);
  assert.deepEqual(await pendingOf(stage('one', {input: 'b'}), two), ['one', 'two']);
  await make(one);
  assert.deepEqual(await pendingOf(one, two), ['two']);
});

test('inputs do not run together: moving a character between two of them is a change', async () => {
  const one = stage('one');
  await make({...one, inputs: () => ['ab', 'c']});
  assert.deepEqual(await pendingOf({...one, inputs: () => ['a', 'bc']}), ['one']);
});

test('a stage that fails, or does not make its output, leaves no stamp', async () => {
  const one = stage('one');
  await make(one);
  await assert.rejects(make({...one, make: () => Promise.reject(new Error('no'))}), /^Error: no$/);
  assert.deepEqual(await pendingOf(one), ['one']);
  rmSync(path.join(folder, 'one'));
  await assert.rejects(make({...one, make: async () => {}}), /stage one did not make/);
  assert.deepEqual(await pendingOf(one), ['one']);
});

test('a stage that was killed after its output was there is pending', async () => {
  const one = stage('one');
  await make(one);
  const program = `
    import {writeFileSync} from 'node:fs';
    import {makeStage} from ${JSON.stringify(setupModuleUrl('stage'))};
    await makeStage({
      name: 'one', inputs: () => ['a'], outputs: [${JSON.stringify(one.outputs[0])}],
      async make() {
        writeFileSync(${JSON.stringify(one.outputs[0])}, 'half');
        console.log('made');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      },
    }, ${JSON.stringify(path.join(folder, 'stamps'))});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.ok(existsSync(one.outputs[0]!));
  assert.deepEqual(await pendingOf(one), ['one']);
});

test('a damaged stamp counts as none', async () => {
  await make(stage('one'));
  writeFileSync(path.join(folder, 'stamps', 'one.json'), '{"inputs": ');
  assert.deepEqual(await pendingOf(stage('one')), ['one']);
});
