/** Stand-ins for Slurm's commands: shell scripts in a folder that goes first in PATH. */
import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';

export interface FakeSlurm {
  /** To put in the place of PATH. */
  readonly path: string;
  /** Defines what a command does; its arguments are noted first, a line a call. */
  define(command: string, body: string): void;
  /** The calls so far, arguments parted by `|`. */
  calls(command: string): string[];
}

/** @param folder a new folder. */
export function fakeSlurm(folder: string): FakeSlurm {
  mkdirSync(folder, {recursive: true});
  const log = (command: string): string => path.join(folder, `${command}.calls`);
  return {
    path: `${folder}:${process.env['PATH']}`,
    define(command, body) {
      const file = path.join(folder, command);
      writeFileSync(file, '#!/bin/bash\nIFS=\'|\'\necho "$*" >>"$0.calls"\nunset IFS\n' + body);
      chmodSync(file, 0o755);
    },
    calls: (command) => existsSync(log(command)) ?
      readFileSync(log(command), 'utf8').trimEnd().split('\n') : [],
  };
}
