/** Progress in a shell, on stderr: a bar in a terminal, plain lines in a log. */
import {Presets, SingleBar} from 'cli-progress';
import type {OnProgress, Progress} from '../types';
import {createEstimator, formatDuration, progressFraction} from './estimate';
import type {TimeEstimate} from './estimate';

/** Where progress is written. */
export interface TerminalProgressOptions {
  /** Where to write (default `process.stderr`). */
  readonly stream?: NodeJS.WriteStream;
  /** A clock in ms (default `Date.now`). */
  readonly now?: () => number;
}

const leftText = ({leftMs}: TimeEstimate): string =>
    leftMs === undefined ? '' : `${formatDuration(leftMs)} left`;

/** Lines at each full 10 %: a log keeps every one of them. */
function lineProgress(stream: NodeJS.WriteStream, now: () => number): OnProgress {
  let label: string | undefined;
  let tenths = -1;
  let estimate = createEstimator(now);
  return (progress) => {
    if (progress.label !== label) {
      [label, tenths, estimate] = [progress.label, -1, createEstimator(now)];
    }
    const time = estimate(progress);
    const reached = Math.floor(progressFraction(progress) * 10 + 1e-9);
    if (reached > tenths) {
      tenths = reached;
      const end = reached === 10 ? `done in ${formatDuration(time.elapsedMs)}` : leftText(time);
      const parts = [`${reached * 10} %`, progress.detail, end].filter(Boolean);
      stream.write(`${label}: ${parts.join(' · ')}\n`);
      label = reached === 10 ? undefined : label;
    }
  };
}

/** Bars that are drawn now: each keeps a timer, and with it the process. */
const drawn = new Set<SingleBar>();

/**
 * Ends the bars of work that came to no end, so that the terminal is as before and the process can
 * end.
 */
export function endTerminalProgress(): void {
  drawn.forEach((bar) => bar.stop());
  drawn.clear();
}

function barProgress(stream: NodeJS.WriteStream, now: () => number): OnProgress {
  let bar: SingleBar | undefined;
  let label: string | undefined;
  let estimate = createEstimator(now);
  const payload = (progress: Progress, end: string): object =>
      ({label: progress.label, detail: [progress.detail, end].filter(Boolean).join(' · ')});
  const end = (ended: SingleBar): void => {
    ended.stop();
    drawn.delete(ended);
  };
  return (progress) => {
    if (bar === undefined || progress.label !== label) {
      if (bar !== undefined) end(bar);
      [label, estimate] = [progress.label, createEstimator(now)];
      bar = new SingleBar({
        stream, format: '{label} {bar} {percentage} % {detail}', hideCursor: true, barsize: 28,
        clearOnComplete: false, stopOnComplete: false, fps: 4, linewrap: false,
      }, Presets.shades_classic);
      drawn.add(bar);
      bar.start(progress.total, progress.done, payload(progress, ''));
    }
    const time = estimate(progress);
    const complete = progressFraction(progress) === 1;
    bar.update(progress.done,
        payload(progress, complete ? `in ${formatDuration(time.elapsedMs)}` : leftText(time)));
    if (complete) {
      end(bar);
      bar = undefined;
    }
  };
}

/**
 * Makes a handler for the shell. In a terminal it draws a bar with the time left; elsewhere it
 * writes a line at each 10 %. One handler serves any number of computations, one after the other.
 * @param options where it is written; all have defaults.
 * @example
 * const lines: string[] = []; // of a log; `hg.terminalProgress()` writes to stderr
 * const write = (line: string) => lines.push(line.trimEnd());
 * const stream = Object.assign(Object.create(process.stderr), {isTTY: false, write});
 * const onProgress = hg.terminalProgress({stream, now: () => 0});
 * for (const done of [4, 10]) onProgress({label: 'train', done, total: 10, detail: 'loss 0.30'});
 * console.log(lines); // [ 'train: 40 % · loss 0.30', 'train: 100 % · loss 0.30 · done in 0 s' ]
 */
export function terminalProgress(
    {stream = process.stderr, now = Date.now}: TerminalProgressOptions = {}): OnProgress {
  return stream.isTTY ? barProgress(stream, now) : lineProgress(stream, now);
}
