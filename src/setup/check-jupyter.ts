/** Checks of what the notebooks need: the Python environment, JupyterLab, the tslab kernel. */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';
import type {Check} from './check';
import {fail, ok, RUN_SETUP} from './check';
import type {ProjectPaths} from '../paths';

const PACKAGES = ['jupyterlab', 'nbconvert', 'nbclient', 'plotly', 'kaleido'];
const VERSIONS = [
  'import sys',
  'from importlib.metadata import version',
  'print(sys.version.split()[0], *(version(name) for name in sys.argv[1:]))',
].join('\n');
const kernelSpec = z.object({argv: z.array(z.string()).min(2)});

export function checkJupyter(paths: ProjectPaths): Check[] {
  return [...checkPython(paths), checkTslab(paths), checkKernel(paths)];
}

function checkPython({venv}: ProjectPaths): Check[] {
  const python = path.join(venv, 'bin', 'python');
  if (!existsSync(python)) return [fail('python', '.venv is missing or broken', RUN_SETUP)];
  const {status, stdout, stderr} = spawnSync(
      python, ['-c', VERSIONS, ...PACKAGES], {encoding: 'utf8', timeout: 60_000});
  if (status !== 0) {
    const reason = stderr.trim().split('\n').at(-1) ?? 'it does not start';
    return [fail('python', `.venv is incomplete: ${reason}`,
        'delete the folder .venv and run `make setup`')];
  }
  const [version, ...versions] = stdout.trim().split(' ');
  return [
    ok('python', `${version} (.venv)`),
    ok('jupyter', PACKAGES.map((name, i) => `${name} ${versions[i]}`).join(', ')),
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
