/** Brings the TensorFlow wheel and compiles tfjs-node-gpu's addon against its libraries. */
import {mkdirSync, readFileSync, renameSync, rmSync, symlinkSync} from 'node:fs';
import path from 'node:path';
import {packageFolder} from './packages.mjs';
import {problem} from './problem.mjs';
import {PIP_INSTALL, pipEnvironment} from './python.mjs';
import {outputOf, runTool} from './tool.mjs';

/**
 * The stage that unpacks the wheel (and, for a GPU, NVIDIA's CUDA libraries) into .venv/tensorflow.
 * Only its libraries and headers are used, never its Python code, so the wheel of one fixed Python
 * serves all of them.
 * @param {import('./main.mjs').Context} context
 * @returns {import('./stage.mjs').Stage}
 */
export function tensorflowStage({root, venv, tmp, log, onChild, device}) {
  const requirements = path.join(root, 'requirements', `tensorflow-${device}.txt`);
  const folder = path.join(venv, 'tensorflow');
  const partial = `${folder}.partial`;
  const args = [
    ...PIP_INSTALL, '--no-compile', '--python-version', '3.12', '--target', partial,
    '-r', requirements,
  ];
  return {
    name: 'tensorflow',
    title: `TensorFlow libraries (${device}; ${device === 'gpu' ? '3 GB' : '0.3 GB'} to download)`,
    after: ['python'],
    inputs: () => [readFileSync(requirements), ...args],
    outputs: [path.join(folder, 'tensorflow', 'include')],
    async make() {
      rmSync(partial, {recursive: true, force: true});
      await runTool({
        what: 'pip', command: path.join(venv, 'bin', 'python'), args, cwd: root,
        env: pipEnvironment(tmp), log: log('tensorflow'), onChild,
      });
      rmSync(folder, {recursive: true, force: true});
      renameSync(partial, folder);
    },
  };
}

const SELF_TEST = '#include <optional>\nint main() { return std::optional<int>(0).value(); }\n';

/** The first C++17 compiler: $CXX, or else c++, g++, clang++. */
export function findCompiler() {
  const {CXX} = process.env;
  const candidates = CXX ? [CXX] : ['c++', 'g++', 'clang++'];
  const args = ['-std=c++17', '-x', 'c++', '-fsyntax-only', '-'];
  const found = candidates.find((name) => outputOf(name, args, {input: SELF_TEST}) !== undefined);
  if (found !== undefined) return found;
  const install = process.platform === 'darwin' ? '`xcode-select --install`' :
      '`apt-get install g++` on Debian';
  throw problem(
      `A C++17 compiler is missing (tried ${candidates.join(', ')}).`,
      `Install one (${install}), or point CXX=/path/to/compiler to it, then run ` +
      '`make setup` again.');
}

/**
 * The stage that compiles the addon. It is linked to names below the package's own `deps` folder,
 * which are relative links into .venv/tensorflow; `deps/nvidia` is where TensorFlow's libraries
 * look for CUDA ($ORIGIN/../nvidia), so that no LD_LIBRARY_PATH is needed.
 * @param {import('./main.mjs').Context} context
 * @returns {import('./stage.mjs').Stage}
 */
export function addonStage({root, venv, log, onChild}) {
  const gpuPackage = packageFolder(root, '@tensorflow/tfjs-node-gpu');
  const addon = path.join(gpuPackage, 'lib', 'napi-v8', 'tfjs_binding.node');
  const partial = `${addon}.partial`;
  const args = compilerArguments(packageFolder(root, 'node-api-headers'), partial);
  return {
    name: 'addon',
    title: 'TensorFlow addon for Node.js (compiled)',
    after: ['node-modules', 'tensorflow'],
    inputs: () => [process.platform, process.arch, ...args],
    outputs: [addon],
    check: () => void findCompiler(),
    async make() {
      linkLibraries(gpuPackage, venv);
      mkdirSync(path.dirname(addon), {recursive: true});
      const run = {cwd: gpuPackage, log: log('addon'), onChild};
      await runTool({...run, what: 'The C++ compiler', command: findCompiler(), args});
      renameSync(partial, addon);
      await runTool({
        ...run, what: 'Loading the compiled TensorFlow addon', command: process.execPath,
        args: ['-e', `console.log(require(${JSON.stringify(addon)}).TF_Version)`],
      });
    },
  };
}

/** @param {string} gpuPackage @param {string} venv */
function linkLibraries(gpuPackage, venv) {
  const deps = path.join(gpuPackage, 'deps');
  const wheel = path.join(venv, 'tensorflow', 'tensorflow');
  const [cc, framework] = ['libtensorflow_cc', 'libtensorflow_framework'];
  const versioned = (/** @type {string} */ name) =>
      process.platform === 'darwin' ? `${name}.2.dylib` : `${name}.so.2`;
  const plain = (/** @type {string} */ name) =>
      process.platform === 'darwin' ? `${name}.dylib` : `${name}.so`;
  rmSync(deps, {recursive: true, force: true});
  mkdirSync(path.join(deps, 'lib'), {recursive: true});
  const link = (/** @type {string} */ from, /** @type {string} */ target) => {
    const name = path.join(deps, from);
    symlinkSync(path.relative(path.dirname(name), target), name);
  };
  link('include', path.join(wheel, 'include'));
  for (const name of [plain('libtensorflow'), versioned('libtensorflow'), versioned(cc)]) {
    link(path.join('lib', name), path.join(wheel, versioned(cc)));
  }
  for (const name of [plain(framework), versioned(framework)]) {
    link(path.join('lib', name), path.join(wheel, versioned(framework)));
  }
  link('nvidia', path.join(venv, 'tensorflow', 'nvidia'));
}

/** @param {string} headers the package node-api-headers. @param {string} output */
function compilerArguments(headers, output) {
  const [origin, ...system] = process.platform === 'darwin' ?
    ['@loader_path', '-undefined', 'dynamic_lookup'] : ['$ORIGIN'];
  return [
    '-std=c++17', '-O2', '-shared', '-fPIC', '-DNAPI_VERSION=8', ...system,
    '-I', path.join(headers, 'include'), '-I', '.', '-I', 'deps/include',
    'binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', '-o', output,
    '-L', 'deps/lib', `-Wl,-rpath,${origin}/../../deps/lib`,
    '-ltensorflow', '-ltensorflow_framework',
  ];
}
