/** Who computes a run: a process, recognised on its own machine even when its number was reused. */
import {execFileSync} from 'node:child_process';
import {readFileSync, readlinkSync} from 'node:fs';
import {hostname} from 'node:os';
import {z} from 'zod';

const ownerSchema = z.object({
  host: z.string(),
  pid: z.int(),
  /** Boot and process namespace: within one of these, process numbers mean the same. */
  machine: z.string(),
  /** When the process began, in the machine's own terms; null where this cannot be found out. */
  born: z.string().nullable(),
  /** ISO 8601, UTC. */
  since: z.string(),
});

export type RunOwner = Readonly<z.infer<typeof ownerSchema>>;

/** This process. */
export const thisProcess = (): RunOwner => ({
  host: hostname(), pid: process.pid, machine: thisMachine(), born: birthOf(process.pid) ?? null,
  since: new Date().toISOString(),
});

/** The owner that a lock file names; undefined while it is being written, or when it is damaged. */
export function parseOwner(text: string): RunOwner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether the owner still lives; undefined when that cannot be seen from here. */
export function isAlive({machine, pid, born}: RunOwner): boolean | undefined {
  if (machine !== thisMachine()) return undefined;
  if (!exists(pid)) return false;
  const now = birthOf(pid);
  // A number is given to other processes later: without its birth, it proves nothing.
  return born === null || now === undefined ? undefined : now === born;
}

/** `host, process 1234`. */
export const describeOwner = ({host, pid}: RunOwner): string => `${host}, process ${pid}`;

let machine: string | undefined;

/** Asked once a process. */
const thisMachine = (): string => machine ??= describeMachine();

function describeMachine(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ??
      attempt(() => execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'],
          {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim());
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return [hostname(), boot, namespace].filter((part) => part !== undefined).join(' ');
}

/** Its start time in ticks since boot, from Linux's process table; a zombie counts as ended. */
function birthOf(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return undefined;
  // The name in brackets may contain anything; the state follows it, the start is 19 fields on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19];
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
