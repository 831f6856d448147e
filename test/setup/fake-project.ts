/** A copy of the set-up in a temporary folder, run with a PATH of the test's own making. */
import {spawnSync} from 'node:child_process';
import {
  chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {ROOT} from '../helpers';

/** Shell scripts by command name, or `true` for this machine's own command. */
export type FakeCommands = Readonly<Record<string, string | true>>;

export interface FakeProject {
  readonly root: string;
  /** Runs `sh tools/setup.sh` where PATH holds nothing but `commands`. */
  setUp(commands: FakeCommands, env?: NodeJS.ProcessEnv): SetUpResult;
  remove(): void;
}

export interface SetUpResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Python that passes the first check and can do nothing else. */
const PYTHON_OK = 'echo 3 11 2 1';
const NPM_OK = 'echo 11.0.0';
const COMPILER_OK = 'exit 0';
/** Whatever else a test leaves out, these would do. */
export const ALL_OK: FakeCommands =
    {node: true, npm: NPM_OK, python3: PYTHON_OK, 'c++': COMPILER_OK};

/** Copies what a set-up reads, and nothing that it makes. */
export function fakeProject(): FakeProject {
  const root = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-setup-'));
  const made = path.join(ROOT, 'native', 'build');
  for (const name of ['tools', 'requirements', 'native', 'notebooks/package.json', 'package.json',
    'package-lock.json', '.npmrc', 'tsconfig.json']) {
    cpSync(path.join(ROOT, name), path.join(root, name),
        {recursive: true, filter: (source) => source !== made});
  }
  return {
    root,
    setUp(commands, env = {}) {
      const bin = path.join(root, 'fake-bin');
      rmSync(bin, {recursive: true, force: true});
      mkdirSync(bin);
      for (const [name, script] of Object.entries(commands)) {
        if (script === true) symlinkSync(whereIs(name), path.join(bin, name));
        else writeScript(path.join(bin, name), script);
      }
      return spawnSync('/bin/sh', [path.join(root, 'tools', 'setup.sh')], {
        encoding: 'utf8', timeout: 120_000, env: {PATH: bin, HOME: root, ...env},
      });
    },
    remove: () => rmSync(root, {recursive: true, force: true}),
  };
}

function writeScript(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function whereIs(name: string): string {
  if (name === 'node') return process.execPath;
  const {stdout} = spawnSync('/bin/sh', ['-c', `command -v ${name}`], {encoding: 'utf8'});
  return stdout.trim();
}
