/** Compiles native/: the project's own TensorFlow ops, and the door to TensorFlow's op list. */
import {mkdirSync, readdirSync, readFileSync, renameSync} from 'node:fs';
import path from 'node:path';
import {findCompiler} from './tensorflow.mjs';
import {runTool} from './tool.mjs';

/**
 * The stage that compiles every file of native/ into native/build/hidden-gaussian.node, against the
 * headers and libraries that tfjs-node-gpu's addon is linked to.
 * @param {import('./main.mjs').Context} context
 * @returns {import('./stage.mjs').Stage}
 */
export function nativeStage({root, log, onChild}) {
  const folder = path.join(root, 'native');
  const addon = path.join(folder, 'build', 'hidden-gaussian.node');
  const partial = `${addon}.partial`;
  const sources = readdirSync(folder).filter((name) => /\.(cc|h)$/.test(name)).sort();
  const args = compilerArguments(
      root, sources.filter((name) => name.endsWith('.cc')).map((name) => path.join('native', name)),
      partial);
  return {
    name: 'native',
    title: 'Fused TensorFlow ops (compiled)',
    after: ['addon'],
    inputs: () => [
      process.platform, process.arch, ...args,
      ...sources.map((name) => readFileSync(path.join(folder, name))),
    ],
    outputs: [addon],
    check: () => void findCompiler(),
    async make() {
      mkdirSync(path.dirname(addon), {recursive: true});
      const run = {cwd: root, log: log('native'), onChild};
      await runTool({...run, what: 'The C++ compiler', command: findCompiler(), args});
      renameSync(partial, addon);
      const tfjs = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
      await runTool({
        ...run, what: 'Loading the compiled ops', command: process.execPath,
        args: ['-e', `require(${JSON.stringify(tfjs)});
            console.log(require(${JSON.stringify(addon)}).opList().length)`],
      });
    },
  };
}

/** @param {string} root @param {string[]} sources @param {string} output */
function compilerArguments(root, sources, output) {
  const modules = path.join(root, 'node_modules');
  const deps = path.join(modules, '@tensorflow', 'tfjs-node-gpu', 'deps');
  const include = path.join(deps, 'include');
  const system = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  return [
    // No errno and no traps: what keeps compilers from vectorising the loops, and nothing else.
    '-std=c++17', '-O3', '-fno-math-errno', '-fno-trapping-math', '-shared', '-fPIC',
    '-DNAPI_VERSION=8', ...system, '-I', path.join(modules, 'node-api-headers', 'include'),
    '-isystem', include, '-isystem', path.join(include, 'external', 'com_google_protobuf'),
    ...sources, '-o', output,
    '-L', path.join(deps, 'lib'), `-Wl,-rpath,${path.join(deps, 'lib')}`,
    '-ltensorflow', '-ltensorflow_framework',
  ];
}
