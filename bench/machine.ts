/** Where a result comes from: the machine, the versions, the commit. */
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {totalmem} from 'node:os';
import {projectPaths} from '../src/paths';
import {provenance} from '../src/store/provenance';

/** Origin of one result; every row keeps its own. */
export interface Origin {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Commit of the checkout; ends with `+` when files were changed since. */
  readonly commit: string | null;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    /** Vector instructions that matter to matrix products. */
    readonly isa: readonly string[];
    readonly memoryGB: number;
    readonly platform: string;
  };
  readonly versions: Readonly<Record<string, string>>;
}

/** Flags of /proc/cpuinfo that are worth a mention. */
const ISA = ['avx', 'avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'asimd'];

/** @param versions of what the sides ran on, as they reported them. */
export function originOf(versions: Readonly<Record<string, string>>): Origin {
  const {commit, processor, threads, platform, started} = provenance(new Date());
  return {
    date: started,
    commit: commit === null ? null : `${commit.slice(0, 10)}${isChanged() ? '+' : ''}`,
    machine: {
      processor, cores: threads, isa: instructionSets(),
      memoryGB: Math.round(totalmem() / 2 ** 30), platform,
    },
    versions,
  };
}

/** Node.js, tfjs-node and the TensorFlow below it. */
export function versionsOf(): Record<string, string> {
  const packageOf = (name: string): {readonly version: string} =>
    require(`${name}/package.json`) as {version: string};
  return {
    node: process.version.slice(1), 'tfjs-node': packageOf('@tensorflow/tfjs-node-gpu').version,
    tensorflow: tensorflowVersion(),
  };
}

/** From the file that pins it: the addon does not tell. */
function tensorflowVersion(): string {
  const pins = readFileSync(`${projectPaths().root}/requirements/tensorflow-cpu.txt`, 'utf8');
  return /^tensorflow(?:-cpu)?==([\d.]+)/m.exec(pins)?.[1] ?? 'unknown';
}

function instructionSets(): string[] {
  try {
    const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    const present = new Set(flags?.trim().split(' '));
    return ISA.filter((name) => present.has(name));
  } catch {
    return []; // no /proc: macOS
  }
}

/** Whether a file that matters differs from the commit. What `make bench` writes does not. */
function isChanged(): boolean {
  try {
    const folders = ['src', 'native', 'bench', 'package.json', 'requirements'];
    const answer = execFileSync('git', ['status', '--porcelain', '-uno', '--', ...folders],
        {cwd: projectPaths().root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
    return answer.split('\n').some((line) =>
      line !== '' && !/ bench\/(results\.json|README\.md)$/.test(line));
  } catch {
    return false;
  }
}
