/** `hidden-gaussian runs rm` and `runs gc`: they say what they will remove before they do. */
import {sumOfBytes} from '../store/files-in';
import {findRunId} from '../store/find-run';
import {listStore} from '../store/list-runs';
import {collectGarbage, GARBAGE_REASONS, planGarbage} from '../store/run-garbage';
import type {Garbage, GarbageReason} from '../store/run-garbage';
import {planRemoval, removeRuns} from '../store/run-removal';
import {counted, formatBytes} from './units';
import type {RunsContext, StoreOption} from './runs-context';
import {describeRequest, describeState} from './runs-words';

interface YesOption extends StoreOption {
  /** Without a question. */
  readonly yes?: boolean;
}

export interface RemoveOptions extends YesOption {
  readonly withDependents?: boolean;
}

/** @returns the exit status: 0 when all of it is removed, else 1. */
export async function removeCommand(
    names: readonly string[], {yes = false, withDependents = false}: RemoveOptions,
    context: RunsContext): Promise<number> {
  const {root, print} = context;
  const ids = names.map((name) => findRunId(root, name));
  const {remove, refused} = planRemoval(listStore(root), ids, {withDependents});
  if (refused.length > 0) return refuse(refused);
  remove.forEach((run) => print(`remove  ${run.id}  ${describeState(run)}  ` +
      `${formatBytes(run.bytes)}  ${describeRequest(run, context.width)}`.trimEnd()));
  const what = `${counted(remove.length, 'run')}, ${formatBytes(sumOfBytes(remove))}`;
  if (!await agreed(`Remove ${what}?`, yes, context)) return 1;
  // Others may have computed something while the question stood there.
  const now = planRemoval(listStore(root), remove.map(({id}) => id));
  if (now.refused.length > 0) return refuse(now.refused);
  const {removed, kept} = await removeRuns(now.remove);
  return ended(`${counted(removed.length, 'run')}, ${formatBytes(sumOfBytes(removed))}`, kept,
      context);

  function refuse(messages: readonly string[]): number {
    messages.forEach((message) => print(message));
    print('Nothing was removed.');
    return 1;
  }
}

export interface GcOptions extends YesOption {
  readonly unfinished?: boolean;
}

/** @returns the exit status: 0 when all that it names is removed, or there is nothing; else 1. */
export async function gcCommand(
    {yes = false, unfinished = false}: GcOptions, context: RunsContext): Promise<number> {
  const {root, print} = context;
  const {garbage, kept, strangers} = planGarbage(listStore(root), {unfinished});
  strangers.forEach((name) => print(`${name}: not a run, left alone`));
  kept.forEach((line) => print(line));
  if (garbage.length === 0) {
    print('There is nothing to remove.');
    return 0;
  }
  for (const [reason, words] of Object.entries(GARBAGE_REASONS)) {
    describeReason(garbage.filter((item) => item.reason === reason as GarbageReason), words)
        .forEach((line) => print(line));
  }
  if (!await agreed(`Remove ${formatBytes(sumOfBytes(garbage))}?`, yes, context)) return 1;
  const confirmed = new Set(garbage.map(({place}) => place));
  const now = planGarbage(listStore(root), {unfinished}).garbage
      .filter(({place}) => confirmed.has(place));
  const collected = await collectGarbage(now);
  return ended(formatBytes(sumOfBytes(collected.removed)), collected.kept, context);
}

function describeReason(garbage: readonly Garbage[], words: string): string[] {
  if (garbage.length === 0) return [];
  return [`${words}: ${formatBytes(sumOfBytes(garbage))}`,
    ...garbage.map(({place, bytes}) => `  ${place}  ${formatBytes(bytes)}`)];
}

/** Whether the person, or the one who wrote the script, agrees; says so when not. */
async function agreed(
    question: string, yes: boolean, {ask, print}: RunsContext): Promise<boolean> {
  if (yes || await ask?.(question) === true) return true;
  print(ask === undefined ?
    'Nothing was removed: there is nobody to ask; give --yes to remove it.' :
    'Nothing was removed.');
  return false;
}

function ended(removed: string, kept: readonly string[], {print}: RunsContext): number {
  kept.forEach((message) => print(`still there: ${message}`));
  print(`removed ${removed}`);
  return kept.length === 0 ? 0 : 1;
}
