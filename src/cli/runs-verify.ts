/** `hidden-gaussian runs verify`: checks every file of the store; changes nothing. */
import * as path from 'node:path';
import {formatDuration} from '../progress/estimate';
import {sumOfBytes} from '../store/files-in';
import {findRunId} from '../store/find-run';
import {listRuns} from '../store/list-runs';
import {verifyRun} from '../store/verify-run';
import type {RunVerification} from '../store/verify-run';
import {counted, formatBytes} from './units';
import {printJson} from './runs-context';
import type {RunsContext, StoreOption} from './runs-context';

export interface VerifyOptions extends StoreOption {
  readonly json?: boolean;
}

/**
 * @param names of runs; all runs when there are none.
 * @returns the exit status: 1 when something is damaged, else 0.
 */
export function verifyCommand(
    names: readonly string[], {json = false}: VerifyOptions, context: RunsContext): number {
  const {root, print, onProgress} = context;
  const began = performance.now();
  const ids = names.length > 0 ? [...new Set(names.map((name) => findRunId(root, name)))] :
    listRuns(root).map(({id}) => id);
  const seen = ids.flatMap((id, i): RunVerification[] => {
    const run = verifyRun(path.join(root, id));
    onProgress?.({label: 'verify', done: i + 1, total: ids.length});
    return run === undefined ? [] : [run]; // Undefined: removed since it was listed.
  });
  const damaged = seen.filter(({damages}) => damages.length > 0).length;
  const files = seen.reduce((sum, run) => sum + run.files, 0);
  const milliseconds = performance.now() - began;
  if (json) {
    printJson(context, {
      runs: seen, damaged, files, bytes: sumOfBytes(seen), seconds: milliseconds / 1000,
    });
  } else {
    seen.flatMap(problems).forEach((line) => print(line));
    print(`${counted(seen.length, 'run')}, ${counted(files, 'file')}, ` +
        `${formatBytes(sumOfBytes(seen))} in ${formatDuration(milliseconds)}: ` +
        `${damaged === 0 ? 'nothing is damaged' : `${counted(damaged, 'run')} damaged`}`);
  }
  return damaged === 0 ? 0 : 1;
}

function problems({id, state, damages, notes}: RunVerification): string[] {
  return [
    ...damages.map(({problem}) => `damaged  ${problem}`),
    ...notes.map(({problem}) => `note     ${problem}`),
    ...(damages.length === 0 ? [] : [`         -> ${id}: ${REMEDIES[state]}`]),
  ];
}

const REMEDIES: Readonly<Record<RunVerification['state'], string>> = {
  finished: 'is mended when it is asked for: what is damaged is set aside and computed again ' +
      'from what is whole; `runs rm` removes it',
  unfinished: 'when it is asked for, goes on from what is whole',
  running: 'is being computed; verify it again when that has ended',
};
