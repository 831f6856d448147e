/** Stages on the Node.js side: the packages of the lock file, and the compiled TypeScript. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {problem} from './problem.mjs';
import {outputOf, runTool} from './tool.mjs';

/**
 * The stage that runs `npm ci`. Install scripts are off: the only one that matters here would
 * download an old TensorFlow; sharp and zeromq bring their binaries inside their packages.
 * @param {import('./main.mjs').Context} context
 * @returns {import('./stage.mjs').Stage}
 */
export function nodeModulesStage({root, log, onChild}) {
  const files = ['package.json', 'package-lock.json', '.npmrc', 'notebooks/package.json'];
  const args = [
    'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error',
    '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000',
  ];
  return {
    name: 'node-modules',
    cloneOnly: true,
    title: 'Node.js packages (npm ci)',
    inputs: () => [
      ...files.map((file) => readFileSync(path.join(root, file))), process.platform, process.arch,
      ...args,
    ],
    outputs: [path.join(root, 'node_modules', '.package-lock.json')],
    check() {
      if (outputOf('npm', ['--version'], {env: npmEnvironment()}) !== undefined) return;
      throw problem(
          'npm is missing or does not start.',
          'Install it (it comes with Node.js; on Debian: `apt-get install npm`), then run ' +
          '`make setup` again.');
    },
    make: () => runTool({
      what: 'npm ci', command: 'npm', args, cwd: root, env: npmEnvironment(),
      log: log('node-modules'), onChild,
    }),
  };
}

/** npm is a script for `node`: it finds the one that runs this even if PATH names none. */
function npmEnvironment() {
  const PATH = `${process.env['PATH']}${path.delimiter}${path.dirname(process.execPath)}`;
  return {...process.env, PATH};
}

/**
 * The stage that compiles src, test and bench into dist.
 * @param {import('./main.mjs').Context} context
 * @returns {import('./stage.mjs').Stage}
 */
export function buildStage({root, log, onChild}) {
  return {
    name: 'build',
    cloneOnly: true,
    title: 'Compiled TypeScript (dist)',
    after: ['node-modules'],
    inputs: () => [
      readFileSync(path.join(root, 'tsconfig.json')),
      ...['src', 'test', 'bench'].flatMap((folder) => sources(path.join(root, folder))),
    ],
    outputs: [path.join(root, 'dist', 'src', 'index.js'), path.join(root, 'dist', 'src', 'cli.js')],
    make: () => runTool({
      what: 'The TypeScript compiler', command: process.execPath,
      args: [path.join(root, 'tools', 'build.mjs')], cwd: root, log: log('build'), onChild,
      remedy: 'Correct the errors above, then run `make setup` again.',
    }),
  };
}

/** Names and contents of the TypeScript files of a folder. @param {string} folder */
function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort()
      .flatMap((file) => [path.relative(folder, file), readFileSync(file)]);
}
