/** Compiles native/: the project's own TensorFlow ops, and the door to TensorFlow's op list. */
import {mkdirSync, readdirSync, readFileSync, renameSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import path from 'node:path';
import {packageFolder} from './packages.mjs';
import {findCompiler} from './tensorflow.mjs';
import {runTool} from './tool.mjs';

const TFJS = '@tensorflow/tfjs-node-gpu';
/** Flags of the loops: no errno, no traps, fused multiply-adds; nothing that reorders sums. */
const LOOPS = ['-fno-math-errno', '-fno-trapping-math', '-ffp-contract=fast'];
/** Processor families that the loops are compiled for: namespace and flags. */
const FAMILIES = process.arch === 'x64' ?
  {generic: [], avx2: ['-mavx2', '-mfma']} : {generic: []};

/**
 * The stage that compiles native/*.cc (the ops) and native/kernels/*.cc (their loops, once for each
 * processor family) into native/build/hidden-gaussian.node, against the headers and libraries that
 * tfjs-node-gpu's addon is linked to.
 * @param {import('./main.mjs').Context} context
 * @returns {import('./stage.mjs').Stage}
 */
export function nativeStage({root, log, onChild}) {
  const folder = path.join(root, 'native');
  const build = path.join(folder, 'build');
  const addon = path.join(build, 'hidden-gaussian.node');
  const sources = [folder, path.join(folder, 'kernels')].flatMap((at) =>
    readdirSync(at).filter((name) => /\.(cc|h)$/.test(name)).sort().map((name) =>
      path.join(at, name)));
  const commands = compilerCommands(root, build, sources.filter((name) => name.endsWith('.cc')));
  return {
    name: 'native',
    title: 'Fused TensorFlow ops (compiled)',
    after: ['addon'],
    inputs: () => [
      process.platform, process.arch, ...commands.flat(),
      ...sources.map((name) => readFileSync(name)),
    ],
    outputs: [addon],
    check: () => void findCompiler(),
    async make() {
      mkdirSync(build, {recursive: true});
      const run = {cwd: root, log: log('native'), onChild};
      const compiler = {what: 'The C++ compiler', command: findCompiler(), cwd: root, onChild};
      const objects = commands.slice(0, -1).map((args, i) =>
        ({...compiler, args, log: log(`native-${i + 1}`)}));
      await inParallel(objects, availableParallelism(), runTool);
      await runTool({...compiler, args: commands.at(-1) ?? [], log: run.log});
      const tfjs = packageFolder(root, TFJS);
      await runTool({
        ...run, what: 'Loading the compiled ops', command: process.execPath,
        args: ['-e', `require(${JSON.stringify(tfjs)});
            process.dlopen({exports: {}}, ${JSON.stringify(partialOf(build))});`],
      });
      renameSync(partialOf(build), addon);
    },
  };
}

/**
 * Does work on several items at a time. After a failure nothing more begins, and what is under way
 * comes to its end first.
 * @template T
 * @param {T[]} items @param {number} atOnce @param {(item: T) => Promise<void>} work
 */
export async function inParallel(items, atOnce, work) {
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({length: atOnce}, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** @param {string} build */
const partialOf = (build) => path.join(build, 'hidden-gaussian.node.partial');

/**
 * The arguments of each call of the compiler: one an object file, then the linking.
 * @param {string} root @param {string} build @param {string[]} sources
 */
function compilerCommands(root, build, sources) {
  const deps = path.join(packageFolder(root, TFJS), 'deps');
  const include = path.join(deps, 'include');
  const shared = ['-std=c++17', '-O3', '-fPIC', '-c'];
  const headers = [
    '-DNAPI_VERSION=8', '-I', path.join(packageFolder(root, 'node-api-headers'), 'include'),
    '-isystem', include, '-isystem', path.join(include, 'external', 'com_google_protobuf'),
  ];
  /** @type {string[]} */
  const objects = [];
  const object = (/** @type {string} */ source, suffix = '') => {
    objects.push(path.join(build, `${path.basename(source, '.cc')}${suffix}.o`));
    return objects.at(-1) ?? '';
  };
  const compile = sources.flatMap((source) => {
    if (path.basename(path.dirname(source)) !== 'kernels') {
      return [[...shared, ...headers, source, '-o', object(source)]];
    }
    if (path.basename(source) === 'dispatch.cc') return [[...shared, source, '-o', object(source)]];
    return Object.entries(FAMILIES).map(([family, flags]) =>
      [...shared, ...LOOPS, ...flags, `-DHG_ISA=${family}`, source, '-o',
        object(source, `-${family}`)]);
  });
  const system = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  return [...compile, [
    '-shared', ...system, ...objects, '-o', partialOf(build), '-L', path.join(deps, 'lib'),
    `-Wl,-rpath,${path.join(deps, 'lib')}`, '-ltensorflow', '-ltensorflow_framework',
  ]];
}
