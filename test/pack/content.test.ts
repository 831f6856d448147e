/** What `npm pack` would put into the tarball. The whole trial is `make test-pack`. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import * as path from 'node:path';
import {before, test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {ROOT} from '../paths';

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Packed {
  readonly size: number;
  readonly files: ReadonlyArray<{readonly path: string}>;
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Of tools/pack/bundle.mjs. */
type WithOverrides = (asked: Package, overrides: Readonly<Record<string, string>>,
    installed: (name: string) => Package) => Package;

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;
let packed: Packed;
let files: readonly string[];

before(() => {
  // Without its scripts: these compile, and change package.json while npm packs.
  const {status, stdout, stderr} = spawnSync('npm',
      ['pack', '--dry-run', '--json', '--ignore-scripts'],
      {cwd: ROOT, encoding: 'utf8', timeout: 120_000});
  assert.equal(status, 0, stderr);
  packed = (JSON.parse(stdout) as Packed[])[0]!;
  files = packed.files.map((file) => file.path);
});

test('the tarball has what main, types, bin and the set-up need', () => {
  const needed = [
    manifest.main, manifest.types, ...Object.values(manifest.bin), 'package.json', 'README.md',
    'LICENSE', 'CHANGELOG.md', 'CITATION.cff', 'dist/src/cli.js', 'dist/src/setup/probe.js',
    'tools/setup.sh', 'tools/setup/main.mjs', 'tools/setup-torch.mjs', 'tools/import-edm/main.py',
    'native/addon.cc', 'native/kernels/kernels.h', 'requirements/kaleido.txt',
    'requirements/lapack.txt', 'requirements/tensorflow-cpu.txt', 'requirements/torch.txt',
  ];
  assert.deepEqual(needed.filter((name) => !files.includes(name)), []);
});

test('each program that is packed finds the files that it names', () => {
  for (const name of files.filter((file) => /^tools\/.*\.mjs$/.test(file))) {
    const text = readFileSync(path.join(ROOT, name), 'utf8');
    for (const [, target] of text.matchAll(/^import .*from '(\..*)';$/gm)) {
      const file = path.posix.join(path.posix.dirname(name), target!);
      assert.ok(files.includes(file), `${name} imports ${file}, which is not packed`);
    }
  }
});

test('the tarball has no tests, sources, notebooks, data or source maps, and is small', () => {
  const known = /^(bin|dist\/src|native|requirements|tools)\/|^[A-Z]\w+(\.md|\.cff)?$|^package\.json$/;
  assert.deepEqual(files.filter((name) => !known.test(name)), []);
  const strange = /\.(map|ipynb|ts|tgz|node|o)$|^native\/build|^requirements\/jupyter|\/(lint|pack|tfjs-node)\//;
  assert.deepEqual(files.filter((name) => strange.test(name) && !name.endsWith('.d.ts')), []);
  assert.ok(packed.size < 1.5e6, `${packed.size} bytes, what is bundled apart`);
});

test('every package that the compiled files load is a dependency', () => {
  const loaded = new Set<string>();
  for (const name of files.filter((file) => /^dist\/src\/.*\.js$/.test(file))) {
    const text = readFileSync(path.join(ROOT, name), 'utf8');
    for (const [, target] of text.matchAll(/\b(?:require|import)\(["']([^"'.][^"']*)["']\)/g)) {
      if (!target!.startsWith('node:')) {
        loaded.add(/^(?:@[^/]+\/)?[^/]+/.exec(target!)![0]);
      }
    }
  }
  const missing = [...loaded].filter((name) =>
    !(name in manifest.dependencies) && !builtinModules.includes(name));
  assert.ok(loaded.has('zod') && loaded.has('@tensorflow/tfjs-node-gpu'), 'the loads were read');
  assert.deepEqual(missing, []);
});

test('no dependency lies outside of the registry', () => {
  for (const [name, range] of Object.entries(manifest.dependencies)) {
    assert.match(range, /^\d+\.\d+\.\d+$/, name);
  }
});

test('the changelog begins with this version', () => {
  const text = readFileSync(path.join(ROOT, 'CHANGELOG.md'), 'utf8');
  assert.equal(/^## \[(\d.*?)\]/m.exec(text)?.[1], manifest.version);
});

test('danfojs-node travels with what the overrides made of its dependencies', async () => {
  const file = pathToFileURL(path.join(ROOT, 'tools', 'pack', 'bundle.mjs')).href;
  const {withOverrides} = await import(file) as {withOverrides: WithOverrides};
  const asked = {name: 'a', version: '1.0.0', dependencies: {b: '^1.0.0', c: 'https://c', d: '1'}};
  const found = withOverrides(asked, {b: '$b', c: 'npm:@e/c@2'}, (name) =>
    ({name: name === 'c' ? '@e/c' : name, version: '2.0.0', dependencies: {}}));
  assert.deepEqual(found.dependencies, {b: '2.0.0', c: 'npm:@e/c@2.0.0', d: '1'});
  assert.throws(() => withOverrides(asked, {gone: '1'}, () => asked),
      /a 1\.0\.0 does not depend on gone; remove it from `overrides`/);
});
