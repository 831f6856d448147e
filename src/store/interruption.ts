/**
 * Interruptions: Ctrl-C, the end of a session, a batch system's warning, JupyterLab's stop button.
 * They arrive as signals when the event loop turns; work that can stop in between sees them as an
 * `AbortSignal`.
 */

/** The signals that ask a process to stop. */
export const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Interrupt = typeof INTERRUPTS[number];

/** Work that has not stopped by itself after this time is ended, ms. */
const PATIENCE_MS = 4000;

/** Repeats within this time are the same interruption: npx passes on what the terminal sends too, ms. */
const REPEAT_MS = 1000;

/** The error with which interrupted work ends. */
export interface InterruptedError extends Error {
  readonly name: 'AbortError';
  readonly interrupt: Interrupt;
}

/** Whether an error says that work was interrupted. */
export const isInterrupted = (error: unknown): error is InterruptedError =>
    error instanceof Error && error.name === 'AbortError' && 'interrupt' in error;

/** @param saved what was kept, for the message. */
export const interruptedError = (interrupt: Interrupt, saved: string): InterruptedError =>
    Object.assign(new Error(`interrupted by ${interrupt}; ${saved}`), {
      name: 'AbortError' as const, interrupt,
    });

/**
 * Calls `action` at every interruption, until that is ended.
 * @returns ends it.
 */
export async function onInterrupt(action: (interrupt: Interrupt) => void): Promise<() => void> {
  // A kernel runs the first part of a cell, up to its first pause, with node:vm's `breakOnSigint`.
  // A listener for SIGINT that is added in there makes the next SIGINT end the process.
  await new Promise(setImmediate);
  const handle = (interrupt: NodeJS.Signals): void => action(interrupt as Interrupt);
  INTERRUPTS.forEach((name) => process.on(name, handle));
  return () => INTERRUPTS.forEach((name) => process.off(name, handle));
}

/** Ends the process as the signal would have, unless somebody else listens to it: a kernel lives on. */
export function endProcess(interrupt: Interrupt): void {
  if (process.listenerCount(interrupt) === 0) process.kill(process.pid, interrupt);
}

/**
 * Does work that an interruption stops.
 * @param work ends soon after its signal is aborted, by throwing the signal's reason or an error of
 *     its own. A second interruption, or four seconds without an end, end the process; in a
 *     Jupyter kernel, which handles interruptions itself, the work then goes on in the background.
 * @param clean called before the process is ended in that way.
 */
export async function interruptible<T>(
    work: (signal: AbortSignal) => Promise<T> | T, clean: () => void): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let first = 0;
  const end = (interrupt: Interrupt): void => {
    forget();
    if (process.listenerCount(interrupt) > 0) return;
    clean();
    endProcess(interrupt);
  };
  const forget = await onInterrupt((interrupt) => {
    const now = performance.now();
    if (timer !== undefined) {
      if (now - first > REPEAT_MS) end(interrupt);
      return;
    }
    first = now;
    timer = setTimeout(() => end(interrupt), PATIENCE_MS);
    controller.abort(interruptedError(interrupt, 'nothing of this computation was kept'));
  });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    forget();
  }
}
