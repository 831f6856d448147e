/** Whether Slurm is there, or can be installed: in continuous integration, as root, with apt-get. */
import {spawnSync} from 'node:child_process';

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch'] as const;
const PACKAGES = ['munge', 'slurmctld', 'slurmd', 'slurm-client'] as const;

const has = (program: string): boolean =>
    spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** @returns undefined when Slurm can be started; otherwise what to do so that it can. */
export function missingSlurm(): string | undefined {
  if (process.platform !== 'linux') return 'Slurm runs on Linux only';
  if (process.getuid?.() !== 0) return 'starting a test cluster needs root';
  if (PROGRAMS.every(has)) return undefined;
  const command = `apt-get install --no-install-recommends ${PACKAGES.join(' ')}`;
  if (process.env['CI'] !== 'true' || !has('apt-get')) {
    return `Slurm is not installed; on Debian or Ubuntu, \`${command}\` (CI=true does it by itself)`;
  }
  // RUNLEVEL keeps the packages from starting their own daemons.
  const {status, stdout, stderr} = spawnSync('sh', ['-c', `apt-get -q update && ${command} -q -y`], {
    encoding: 'utf8', env: {...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1'},
    timeout: 300_000,
  });
  return status === 0 && PROGRAMS.every(has) ? undefined :
    `Slurm could not be installed: ${(stdout + stderr).trim().split('\n').slice(-3).join('; ')}`;
}
