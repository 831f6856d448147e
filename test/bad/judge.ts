/** One broken input through its command: what happened, and whether that is what should. */
import * as path from 'node:path';
import {commandFor} from './commands';
import type {BadCommand} from './commands';
import type {BadItem, BadManifest} from './manifest';
import type {CommandRun} from './run-command';
import {createSandbox, runCommand} from './run-command';

/** No input may take more memory than this, bytes. */
export const MEMORY_LIMIT = 1e9;

export interface Verdict {
  readonly outcome: 'rejected' | 'accepted' | 'accepted with a note' | 'not run';
  /** What is wrong; empty: the case passes. */
  readonly problems: readonly string[];
  /** What the program said, without its own name. */
  readonly said: string;
  /** Peak memory in bytes, when it is known. */
  readonly peak: number | undefined;
}

/**
 * Runs the command for an item of the manifest in `folder`.
 * @param cli the program to run (default: this project's).
 */
export async function judge(
    folder: string, item: BadItem, manifest: BadManifest, cli?: string): Promise<Verdict> {
  if (!['reject', 'reject-or-convert', 'warn-or-reject', 'accept'].includes(item.expect)) {
    return notRun(`unknown \`expect\` ${item.expect}`);
  }
  const sandbox = createSandbox();
  try {
    const command = commandFor(folder, item, manifest, sandbox);
    if (command === undefined) return notRun(`unknown kind ${item.kind}`);
    const run = await runCommand(command.args, sandbox, [folder], cli);
    const said = run.lines.join(' | ').replace('hidden-gaussian: ', '');
    const noted = run.lines.length > 0;
    const outcome = run.status !== 0 ? 'rejected' : noted ? 'accepted with a note' : 'accepted';
    const problems = [
      ...manners(run),
      ...outcome === 'rejected' ? rejection(run, item, command) : acceptance(run, item, command),
    ];
    if (run.status === 0 && problems.length === 0) {
      const wrong = await command.check(noted);
      if (wrong !== undefined) problems.push(wrong);
    }
    return {outcome, problems, said, peak: run.peak};
  } catch (error) {
    return notRun((error as Error).message);
  } finally {
    sandbox.remove();
  }
}

const notRun = (problem: string): Verdict =>
    ({outcome: 'not run', problems: [problem], said: '', peak: undefined});

/** What holds for every input. */
function manners({status, lines, peak, strays}: CommandRun): string[] {
  return [
    ...status === null ? ['did not end by itself in time'] : [],
    ...lines.some((line) => /^\s+at .*[(:]/.test(line)) ? ['shows a stack trace'] : [],
    ...strays.length > 0 ? [`touched files outside the output folder: ${strays.join(', ')}`] : [],
    ...peak === undefined ? ['peak memory unknown'] : [],
    ...(peak ?? 0) > MEMORY_LIMIT ? [`took ${peak} bytes of memory`] : [],
  ];
}

function rejection(
    {lines, written}: CommandRun, item: BadItem, {fileName}: BadCommand): string[] {
  const notes = lines.slice(0, -1);
  const message = lines.at(-1) ?? '';
  return [
    ...item.expect === 'accept' ? ['was rejected'] : [],
    ...message.startsWith('hidden-gaussian: ') ? [] : ['the last line is no error message'],
    ...notes.every((line) => line.startsWith('note: ')) ? [] : ['expected one line of error'],
    ...written.length > 0 ? [`left ${written.join(', ')}`] : [],
    ...missingWords(message, item, fileName),
  ];
}

function acceptance(
    {lines, written}: CommandRun, item: BadItem, {fileName, output}: BadCommand): string[] {
  const expected = path.basename(output);
  const isSilent = lines.length === 0;
  return [
    ...item.expect === 'reject' ? ['was accepted'] : [],
    ...item.expect === 'accept' && !isSilent ? ['says something about a valid file'] : [],
    ...item.expect.includes('or') && isSilent ? ['does not say what it changed or ignored'] : [],
    ...written.join() === expected ? [] :
      [`wrote ${written.join(', ')}, expected ${expected} only`],
    ...isSilent ? [] : missingWords(lines.join(' '), item, fileName),
  ];
}

function missingWords(
    message: string, {should_mention: wanted}: BadItem, fileName: string): string[] {
  const has = (word: string): boolean => message.toLowerCase().includes(word.toLowerCase());
  return [
    ...has(fileName) ? [] : ['does not name the file'],
    ...wanted.filter((words) => !words.some(has)).map((words) =>
      `mentions none of ${words.join(', ')}`),
  ];
}
