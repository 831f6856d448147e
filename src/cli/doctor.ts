/** `hidden-gaussian doctor`: what is installed, what works, what to do about the rest. */
import type {Check} from '../setup/check';
import {checkJupyter} from '../setup/check-jupyter';
import {checkMachine} from '../setup/check-machine';
import {checkData, checkRuns} from '../setup/check-store';
import {checkTensorflow} from '../setup/check-tensorflow';
import {projectPaths} from '../paths';

const NAME_WIDTH = 16;

/**
 * Runs all checks and prints a line for each.
 * @returns the exit status: 1 when a check failed, else 0.
 */
export function doctor(print: (line: string) => void = console.log): number {
  const paths = projectPaths();
  const groups = [
    () => checkMachine(paths), () => checkJupyter(paths), () => checkTensorflow(paths),
    () => [checkData(paths), checkRuns(paths)],
  ];
  let failed = 0;
  for (const group of groups) {
    for (const check of group()) {
      for (const line of formatCheck(check)) print(line);
      if (check.status === 'fail') failed++;
    }
  }
  print(failed === 0 ? 'This installation works.' :
    `${failed} ${failed === 1 ? 'check' : 'checks'} failed.`);
  return failed === 0 ? 0 : 1;
}

/** The line of a check, and a second one with the remedy where there is one. */
export function formatCheck({name, status, value, remedy}: Check): string[] {
  const line = `${status.padEnd(5)} ${name.padEnd(NAME_WIDTH)} ${value}`;
  return remedy === undefined ? [line] : [line, `${' '.repeat(NAME_WIDTH + 7)}-> ${remedy}`];
}
