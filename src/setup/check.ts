/** What the doctor finds: one line a check. */
import {setupCommand} from '../paths';

export interface Check {
  readonly name: string;
  /** `'warn'` restricts or delays the work, `'fail'` prevents it. */
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found. */
  readonly value: string;
  /** What to do about a warning or a failure. */
  readonly remedy?: string;
}

export const ok = (name: string, value: string): Check => ({name, status: 'ok', value});
export const warn = (name: string, value: string, remedy: string): Check =>
    ({name, status: 'warn', value, remedy});
export const fail = (name: string, value: string, remedy: string): Check =>
    ({name, status: 'fail', value, remedy});

/** What to do about what is missing. */
export const RUN_SETUP = `run \`${setupCommand()}\``;

/** Bytes as GiB with one decimal. */
export const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
