/**
 * What npm runs before and after it packs (`prepack` and `postpack` of package.json): compiles, and
 * makes the tarball one that installs anywhere.
 *
 * danfojs-node asks for an xlsx from outside of the registry and for tfjs-node 3, which would
 * download a TensorFlow of 2021. In a clone the `overrides` of package.json replace both, but those
 * of a package that somebody else installs do not count. So danfojs-node travels inside the tarball,
 * with what the overrides made of its dependencies:
 *
 * - package.json names it in `bundleDependencies`. Not for good: npm applies no overrides to what the
 *   root bundles, so `npm ci` in a clone would bring the old packages back.
 * - Its own package.json in node_modules names the dependencies that are bundled with it. Where npm
 *   sees one that does not fit, the user's next `npm install` of anything fetches what is asked for.
 *
 *   node tools/pack/bundle.mjs         before packing
 *   node tools/pack/bundle.mjs --undo  package.json as it was
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

/** @typedef {{name: string, version: string, dependencies: Record<string, string>}} Package */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const manifest = path.join(root, 'package.json');
const modules = path.join(root, 'node_modules');
/** The shim that danfojs-node loads as tfjs-node, and itself. */
const BUNDLED = '  "bundleDependencies": ["@tensorflow/tfjs-node", "danfojs-node"],\n';
const BEFORE = '  "devDependencies": {\n';
const OVERRIDDEN = 'danfojs-node';

/** @param {string} folder @returns {any} */
const packageOf = (folder) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

/**
 * The package with the dependencies that are installed in the place of overridden ones.
 * @param {Package} asked its package.json.
 * @param {Record<string, string>} overrides those of our package.json for it.
 * @param {(name: string) => Package} installed
 * @returns {Package}
 */
export function withOverrides(asked, overrides, installed) {
  const dependencies = {...asked.dependencies};
  for (const name of Object.keys(overrides)) {
    if (!(name in dependencies)) {
      throw new Error(`bundle: ${asked.name} ${asked.version} does not depend on ${name}; remove ` +
          'it from `overrides` of package.json');
    }
    const {name: real, version} = installed(name);
    dependencies[name] = real === name ? version : `npm:${real}@${version}`;
  }
  return {...asked, dependencies};
}

function bundle() {
  const {status} = spawnSync(
      process.execPath, [path.join(root, 'tools', 'build.mjs')], {stdio: ['ignore', 2, 2]});
  if (status !== 0) throw new Error('bundle: the build failed, see above');
  const folder = path.join(modules, OVERRIDDEN);
  if (!existsSync(folder)) throw new Error(`bundle: ${folder} is missing; run \`make setup\``);
  const changed = withOverrides(packageOf(folder), packageOf(root).overrides[OVERRIDDEN],
      (name) => packageOf(path.join(modules, name)));
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(changed, null, 2)}\n`);
  const text = readFileSync(manifest, 'utf8');
  if (text.includes(BUNDLED)) return;
  if (!text.includes(BEFORE)) throw new Error(`bundle: ${manifest} has no line ${BEFORE}`);
  writeFileSync(manifest, text.replace(BEFORE, BUNDLED + BEFORE));
}

function undo() {
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(BUNDLED, ''));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--undo')) undo();
  else bundle();
}
