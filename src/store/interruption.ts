/**
 * Interruptions: Ctrl-C, the end of a session, a batch system's warning, JupyterLab's stop button.
 * They arrive as signals when the event loop turns; work that can stop in between sees them as an
 * `AbortSignal`.
 */

/** A signal that asks a process to stop. */
export type Interrupt = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** All of them. */
export const INTERRUPTS: readonly Interrupt[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Work that has not stopped by itself after this time is ended, ms. */
const PATIENCE_MS = 4000;

/** Repeats within this time are the same interruption: npx passes on what the terminal sends too, ms. */
const REPEAT_MS = 1000;

/** The error with which interrupted work ends. */
export interface InterruptedError extends Error {
  /** As that of all aborted work. */
  readonly name: 'AbortError';
  /** The signal. */
  readonly interrupt: Interrupt;
  /** What was kept, in words. */
  readonly saved: string;
}

/**
 * Whether an error says that work was interrupted (Ctrl-C, a batch system's warning): what was
 * finished is kept, and the run goes on when it is asked for again.
 * @param error whatever was caught.
 * @example
 * const store = hg.openRunStore('runs');
 * const broken = {kind: 'broken', options: {}};
 * const error: unknown = await store.run(broken, () => {
 *   throw new RangeError('a mistake, no interruption');
 * }).catch((thrown: unknown) => thrown);
 * console.log(hg.isInterrupted(error), store.state(broken).state); // false unfinished
 */
export const isInterrupted = (error: unknown): error is InterruptedError =>
    error instanceof Error && error.name === 'AbortError' && 'interrupt' in error;

/** @param saved what was kept, for the message. */
export const interruptedError = (interrupt: Interrupt, saved: string): InterruptedError =>
    Object.assign(new Error(`interrupted by ${interrupt}; ${saved}`), {
      name: 'AbortError' as const, interrupt, saved,
    });

const actions = new Set<(interrupt: Interrupt) => void>();
let last = -Infinity;

function handle(interrupt: NodeJS.Signals): void {
  const now = performance.now();
  if (now - last <= REPEAT_MS) return;
  last = now;
  [...actions].forEach((action) => action(interrupt as Interrupt));
}

/**
 * Calls `action` at every interruption, until that is ended. One that is delivered twice is one.
 * @returns ends it.
 */
export async function onInterrupt(action: (interrupt: Interrupt) => void): Promise<() => void> {
  // A kernel runs the first part of a cell, up to its first pause, with node:vm's `breakOnSigint`.
  // A listener for SIGINT that is added in there makes the next SIGINT end the process.
  await new Promise(setImmediate);
  if (actions.size === 0) {
    last = -Infinity;
    INTERRUPTS.forEach((name) => process.on(name, handle));
  }
  actions.add(action);
  return () => {
    if (!actions.delete(action) || actions.size > 0) return;
    INTERRUPTS.forEach((name) => process.off(name, handle));
  };
}

/** Whether somebody else handles it, as a kernel does, or other work of this process. */
const isHandled = (interrupt: Interrupt): boolean => process.listenerCount(interrupt) > 0;

/** Ends the process as the signal would have, unless somebody else handles it: a kernel lives on. */
export function endProcess(interrupt: Interrupt): void {
  if (!isHandled(interrupt)) process.kill(process.pid, interrupt);
}

/**
 * Does work that an interruption stops.
 * @param work ends soon after its signal is aborted, by throwing the signal's reason or an error of
 *     its own. A second interruption, or four seconds without an end, end the process; in a
 *     Jupyter kernel, which handles interruptions itself, the work then goes on in the background.
 * @throws the error of `work`; an `AbortError` also when the work came to its end all the same.
 * @param clean called before the process is ended in that way.
 */
export async function interruptible<T>(
    work: (signal: AbortSignal) => Promise<T> | T, clean: () => void): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = (interrupt: Interrupt): void => {
    forget();
    if (isHandled(interrupt)) return;
    clean();
    endProcess(interrupt);
  };
  const forget = await onInterrupt((interrupt) => {
    if (timer !== undefined) return end(interrupt);
    timer = setTimeout(() => end(interrupt), PATIENCE_MS);
    controller.abort(interruptedError(interrupt, 'nothing of this computation was kept'));
  });
  try {
    const result = await work(controller.signal);
    await new Promise(setImmediate); // A signal may have come during the last part of it.
    const reason: unknown = controller.signal.reason;
    if (isInterrupted(reason)) throw interruptedError(reason.interrupt, 'this part is finished');
    return result;
  } finally {
    clearTimeout(timer);
    forget();
  }
}
