/**
 * A real Slurm on this machine, for tests: munged, slurmctld and a slurmd for each virtual node, as
 * root, on the loopback interface, without systemd and cgroups, all under one folder in /tmp.
 */
import {spawn, spawnSync} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {
  chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import {createServer} from 'node:net';
import type {AddressInfo} from 'node:net';
import {hostname, tmpdir} from 'node:os';
import * as path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {INTERRUPTS} from '../../../src/store/interruption';
import {jobProcesses, stepDaemons} from './processes';
import {slurmConf} from './slurm-conf';

export interface Cluster {
  /** For processes that call Slurm's commands. */
  readonly environment: NodeJS.ProcessEnv;
  readonly nodes: readonly string[];
  /** Runs a command of Slurm. @throws Error with its words when it fails. */
  call(command: string, ...args: string[]): string;
  /** What a power cut does: the node's daemon and all its jobs are gone, and nobody is told. */
  lose(node: string): void;
  /** Ends all jobs and daemons and removes the folder. */
  stop(): Promise<void>;
}

/** Time for the daemons to be ready, ms. */
const PATIENCE_MS = 60_000;

/** @param count virtual nodes, of one core each. */
export async function startCluster(count: number): Promise<Cluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slurm-'));
  const nodes = Array.from({length: count}, (_, i) => `n${i + 1}`);
  const ports = await freePorts(1 + count);
  const conf = path.join(folder, 'slurm.conf');
  const environment = {...process.env, SLURM_CONF: conf};
  chmodSync(folder, 0o755);
  for (const name of ['ctld', 'munge', ...nodes.map((node) => `slurmd-${node}`)]) {
    mkdirSync(path.join(folder, name));
  }
  chmodSync(path.join(folder, 'munge'), 0o711);
  writeFileSync(path.join(folder, 'munge', 'key'), randomBytes(128), {mode: 0o400});
  writeFileSync(conf, slurmConf({folder, host: hostname().split('.')[0]!, nodes, ports}));

  const daemons = new Map<string, ChildProcess>();
  const launch = (name: string, command: string, ...args: string[]): void => {
    const log = openSync(path.join(folder, `${name}.out`), 'a');
    daemons.set(name, spawn(command, args, {
      stdio: ['ignore', log, log], env: environment, detached: true, cwd: '/',
    }));
  };
  const call = (command: string, ...args: string[]): string => {
    const {status, error, stdout, stderr} =
        spawnSync(command, args, {encoding: 'utf8', env: environment, timeout: 20_000});
    if (status === 0) return stdout;
    throw error ?? new Error(`${command} ${args.join(' ')}: status ${status}: ${stderr}`);
  };
  const killAll = (): void => {
    for (const daemon of daemons.values()) kill(daemon.pid!);
    for (const pid of [...stepDaemons(folder), ...jobProcesses(conf)]) kill(pid);
  };
  const removeAll = (): void => {
    killAll();
    rmSync(folder, {recursive: true, force: true, maxRetries: 5});
  };
  // The end of the test's process, by a signal too, is the end of the cluster.
  const leave = (): never => process.exit(1);
  process.once('exit', removeAll);
  INTERRUPTS.forEach((signal) => process.once(signal, leave));
  const cluster: Cluster = {
    environment, nodes, call,
    lose(node) {
      kill(daemons.get(`slurmd-${node}`)!.pid!);
      const lost = jobProcesses(conf, node);
      // The step's daemon first: it would report the end of its job.
      for (const pid of stepDaemons(path.join(folder, `slurmd-${node}`))) kill(pid);
      for (const pid of lost) kill(pid);
    },
    async stop() {
      const left = (): number => stepDaemons(folder).length + jobProcesses(conf).length;
      for (let i = 0; i < 20 && (i === 0 || left() > 0); i++) {
        killAll();
        await sleep(100);
      }
      process.off('exit', removeAll);
      INTERRUPTS.forEach((signal) => process.off(signal, leave));
      removeAll();
    },
  };
  try {
    const socket = path.join(folder, 'munge', 'socket');
    launch('munged', 'munged', '-F', `--key-file=${path.join(folder, 'munge', 'key')}`,
        `--socket=${socket}`, `--pid-file=${path.join(folder, 'munge', 'pid')}`,
        `--seed-file=${path.join(folder, 'munge', 'seed')}`,
        `--log-file=${path.join(folder, 'munge', 'log')}`);
    await until('munged', () => void call('munge', '-n', '-S', socket));
    launch('slurmctld', 'slurmctld', '-D', '-f', conf);
    for (const node of nodes) launch(`slurmd-${node}`, 'slurmd', '-D', '-N', node, '-f', conf);
    await until('slurmctld and slurmd', () => {
      const states = call('sinfo', '-h', '-N', '-o', '%N %T').trim().split('\n');
      if (states.filter((line) => line.endsWith(' idle')).length < count) {
        throw new Error(`nodes: ${states.join(', ')}`);
      }
    });
    return cluster;
  } catch (error) {
    const logs = [...daemons.keys()].map((name) =>
      `${name}: ${readFileSync(path.join(folder, `${name}.out`), 'utf8').slice(-500)}`);
    await cluster.stop();
    throw new Error(`Slurm did not start: ${(error as Error).message}\n${logs.join('\n')}`,
        {cause: error});
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

async function until(what: string, attempt: () => void): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      attempt();
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw new Error(`${what}: ${(error as Error).message}`, {cause: error});
      }
    }
    await sleep(200);
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({length: count}, () =>
    new Promise<ReturnType<typeof createServer>>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
    })));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
