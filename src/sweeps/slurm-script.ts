/**
 * The batch script of a Slurm job: one command of ours that goes on after time limits, preemption
 * and lost nodes.
 *
 * - Slurm's warning before the time limit (USR1) and TERM reach the command as TERM: to Node.js, USR1
 *   would mean to start its debugger. `train` saves its state and ends. The script requeues its job.
 * - A command that dies of any other signal is requeued too: an out-of-memory kill may not repeat.
 * - After a lost node and after preemption Slurm requeues by itself, as the job asks for it.
 * - A status of 1 to 128 is an error that a further start would meet again: the job fails.
 * - After `scancel` the job is not RUNNING any more: it stays cancelled.
 */
import * as path from 'node:path';
import {TENSORFLOW_TUNING, TRAINING_ENVIRONMENT} from '../experiments/training-environment';
import {projectPaths} from '../paths';

export interface SlurmScriptOptions {
  /** What it is, for its first line. */
  readonly title: string;
  /** `#SBATCH …`. */
  readonly lines: readonly string[];
  /** Folder of the sweep. */
  readonly folder: string;
  /** Folder of the run store. */
  readonly runs: string;
  /** Starts after which it is not requeued any more. */
  readonly maxRestarts: number;
  /** Arguments of `hidden-gaussian` (default: the line of tasks.txt that the array index says). */
  readonly arguments?: readonly string[];
  /** The Node.js to run (default: this process's). */
  readonly node?: string;
  /** Its program (default: our `bin/hidden-gaussian.js`). */
  readonly cli?: string;
}

/** A word for a shell, whatever is in it. */
export const shellQuote = (text: string): string => `'${text.replaceAll('\'', '\'\\\'\'')}'`;

/** The script, for bash 4 or newer. */
export function slurmScript(options: SlurmScriptOptions): string {
  const {
    title, lines, folder, runs, maxRestarts, arguments: given, node = process.execPath,
    cli = path.join(projectPaths().root, 'bin', 'hidden-gaussian.js'),
  } = options;
  const environment = {
    ...(given === undefined ? TRAINING_ENVIRONMENT : TENSORFLOW_TUNING),
    HIDDEN_GAUSSIAN_HOME: projectPaths().work,
    HIDDEN_GAUSSIAN_RUNS: runs,
  };
  return [
    '#!/bin/bash',
    `# ${title}; written by \`hidden-gaussian sweep\`.`,
    ...lines,
    '',
    `sweep=${shellQuote(folder)}`,
    `node=${shellQuote(node)}`,
    `cli=${shellQuote(cli)}`,
    `most=${maxRestarts}`,
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${shellQuote(value)}`),
    'set -u',
    'cd "$sweep" || exit 1',
    ...given === undefined ? ARRAY_TASK : [
      `task=${shellQuote(given[0]!)}`,
      `arguments=(${given.map(shellQuote).join(' ')})`,
    ],
    BODY,
  ].join('\n');
}

const ARRAY_TASK = [
  'task=$SLURM_ARRAY_TASK_ID',
  'read -r -a arguments < <(sed -n "${task}p" tasks.txt)',
];

/** Seconds after which a command that got TERM itself has saved and ended. */
const TERM_DELAY = 5;

const BODY = `restarts=\${SLURM_RESTART_COUNT:-0}
say() { printf '[%s] %s\\n' "$(date '+%F %T')" "$*"; }
fail() { # STATUS WORDS...
  say "\${@:2}"
  echo "\${*:2}" >"failed/$task"
  exit "$1"
}
mkdir -p failed
rm -f "failed/$task"
[ "\${#arguments[@]}" -gt 0 ] || fail 1 "expected line $task in $sweep/tasks.txt"
say "job $SLURM_JOB_ID on \${SLURMD_NODENAME:-$HOSTNAME}, start $((restarts + 1)): \${arguments[*]}"
command -v "$node" >/dev/null || fail 1 "$node: not found on this node; install Node.js where compute nodes see it"

child='' received='' interrupted=''
stop_after() { # SECONDS
  interrupted=yes
  [ -z "$child" ] || { sleep "$1"; kill "$child"; } 2>/dev/null &
}
trap 'received=USR1; stop_after 0' USR1
# As a rule Slurm sends TERM to all processes of a job, and told twice, the command would not save.
trap 'received=TERM; stop_after ${TERM_DELAY}' TERM
"$node" "$cli" "\${arguments[@]}" </dev/null &
child=$!
[ -z "$received" ] || kill "$child"
while :; do # a trapped signal ends \`wait\` before the command has ended
  interrupted=''
  wait "$child"
  status=$?
  [ -n "$interrupted" ] || break
done

[ "$status" -ne 0 ] || { say 'finished'; exit 0; }
[ "$status" -gt 128 ] || fail "$status" "status $status: an error, see above; not requeued"
ended="ended by signal $((status - 128))"
if [ "$received" = TERM ] && [ "$(squeue -h -j "$SLURM_JOB_ID" -o %T)" != RUNNING ]; then
  say "$ended: stopped by Slurm or by scancel"
  exit "$status"
fi
[ "$restarts" -lt "$most" ] || fail "$status" "$ended, after $restarts restarts, the most allowed"
scontrol requeue "$SLURM_JOB_ID" || fail "$status" "$ended, and could not be requeued"
say "$ended: requeued"
exit "$status"
`;
