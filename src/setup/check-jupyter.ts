/**
 * Checks of the Python environment: kaleido, and in a clone what the notebooks need, JupyterLab and
 * the tslab kernel.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';
import type {Check} from './check';
import {fail, ok, RUN_SETUP} from './check';
import {isInstalledPackage} from '../paths';
import type {ProjectPaths} from '../paths';

const NOTEBOOK_PACKAGES = ['jupyterlab', 'nbconvert', 'nbclient', 'plotly'];
const VERSIONS = [
  'import sys',
  'from importlib.metadata import version',
  'print(sys.version.split()[0], *(version(name) for name in sys.argv[1:]))',
].join('\n');
const kernelSpec = z.object({argv: z.array(z.string()).min(2)});

export function checkJupyter(paths: ProjectPaths): Check[] {
  if (isInstalledPackage(paths.root)) return checkPython(paths, ['kaleido']);
  return [
    ...checkPython(paths, [...NOTEBOOK_PACKAGES, 'kaleido']), checkTslab(paths), checkKernel(paths),
  ];
}

function checkPython({venv}: ProjectPaths, packages: readonly string[]): Check[] {
  const python = path.join(venv, 'bin', 'python');
  if (!existsSync(python)) return [fail('python', '.venv is missing or broken', RUN_SETUP)];
  const {status, stdout, stderr} = spawnSync(
      python, ['-c', VERSIONS, ...packages], {encoding: 'utf8', timeout: 60_000});
  if (status !== 0) {
    const reason = stderr.trim().split('\n').at(-1) ?? 'it does not start';
    return [fail('python', `.venv is incomplete: ${reason}`,
        `delete the folder ${venv} and ${RUN_SETUP}`)];
  }
  const [version, ...versions] = stdout.trim().split(' ');
  return [
    ok('python', `${version} (.venv)`),
    ok('packages', packages.map((name, i) => `${name} ${versions[i]}`).join(', ')),
  ];
}

function checkTslab({root}: ProjectPaths): Check {
  const file = path.join(root, 'node_modules', 'tslab', 'package.json');
  if (!existsSync(file)) return fail('tslab', 'missing from node_modules', RUN_SETUP);
  const {version} = JSON.parse(readFileSync(file, 'utf8')) as {version: string};
  return ok('tslab', version);
}

/** Whether the kernelspec is there and what it starts exists. */
export function checkKernel({venv}: ProjectPaths): Check {
  const file = path.join(venv, 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');
  if (!existsSync(file)) return fail('kernel', 'the kernelspec tslab is missing', RUN_SETUP);
  try {
    const {argv} = kernelSpec.parse(JSON.parse(readFileSync(file, 'utf8')));
    const missing = argv.slice(0, 2).find((name) => !existsSync(name));
    return missing === undefined ? ok('kernel', 'tslab, TypeScript') :
      fail('kernel', `the kernelspec tslab starts ${missing}, which does not exist`, RUN_SETUP);
  } catch {
    return fail('kernel', `${file} is no kernelspec`, `delete it and ${RUN_SETUP}`);
  }
}
