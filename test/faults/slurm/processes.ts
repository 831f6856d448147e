/** Processes of a test's Slurm, found in /proc: daemons of steps, and what jobs started. */
import {readdirSync, readFileSync, readlinkSync} from 'node:fs';

const pids = (): number[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);

/** Environment of a process; empty when it has ended or is not ours to read. */
export function environmentOf(pid: number): readonly string[] {
  return attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))?.split('\0') ?? [];
}

/** The number of the process that started it. @throws Error when it has ended. */
export function parentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\s+(\d+)$/m.exec(status)![1]);
}

/** The daemons of steps (slurmstepd) that hold files under `folder` open; they have no environment. */
export const stepDaemons = (folder: string): number[] => pids().filter((pid) =>
  attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8'))?.trim() === 'slurmstepd' &&
  (attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []).some((fd) =>
    attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`))?.startsWith(`${folder}`)));

/**
 * What jobs started.
 * @param conf the cluster's configuration file.
 * @param node only of this node (default: of all).
 */
export const jobProcesses = (conf: string, node?: string): number[] => pids().filter((pid) => {
  const environment = environmentOf(pid);
  return environment.includes(`SLURM_CONF=${conf}`) &&
      environment.some((entry) => entry.startsWith('SLURM_JOB_ID=')) &&
      (node === undefined || environment.includes(`SLURMD_NODENAME=${node}`));
});

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
