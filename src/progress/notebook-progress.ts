/** Progress in a notebook: one output, updated in place. */
import {sendBundle} from '../figures/display-bundle';
import type {DisplayTarget} from '../figures/display-bundle';
import type {OnProgress, Progress} from '../types';
import {createEstimator, formatDuration, progressFraction} from './estimate';
import type {TimeEstimate} from './estimate';

/** Where and how often progress is drawn. */
export interface NotebookProgressOptions {
  /** tslab's `newDisplay()`, for a kernel whose bundles cannot be reached (default: the kernel that
   *  runs). */
  readonly display?: DisplayTarget;
  /** Shortest time between two updates, ms (default 500). */
  readonly intervalMs?: number;
  /** What stays when a computation is done: a line of text, or nothing (default `'line'`). */
  readonly final?: 'line' | 'clear';
  /** A clock in ms (default `Date.now`). */
  readonly now?: () => number;
}

const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function describe({label, done, total, detail}: Progress, {leftMs}: TimeEstimate): string {
  const parts = [`${label}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`];
  if (detail !== undefined) {
    parts.push(detail);
  }
  if (leftMs !== undefined) {
    parts.push(`${formatDuration(leftMs)} left`);
  }
  return parts.join(' · ');
}

let displays = 0;

/**
 * Makes a handler that draws a bar with the time left. One handler serves any number of
 * computations, one after the other: those done shrink to a line each, above the bar. After
 * JupyterLab's stop button a line says what is kept.
 * @param options where and how often it is drawn; all have defaults.
 * @returns a handler that throws an Error outside of a notebook, unless a `display` was given.
 * @example
 * const shown: unknown[] = []; // in a notebook, `hg.notebookProgress()` is enough
 * const display = {raw: (type: string, html: unknown) => shown.push(html)};
 * const onProgress = hg.notebookProgress({display, now: () => 0});
 * onProgress({label: 'train', done: 400, total: 400, detail: 'loss 0.30'});
 * console.log(shown); // [ '<div>train: 400 in 0 s · loss 0.30</div>' ]
 */
export function notebookProgress({
  display, intervalMs = 500, final = 'line', now = Date.now,
}: NotebookProgressOptions = {}): OnProgress {
  const displayId = `hidden-gaussian-progress-${process.pid}-${displays++}`;
  const finished: string[] = [];
  let sent = false;
  let lastMs = -Infinity;
  let current: {label: string; estimate(progress: Progress): TimeEstimate} | undefined;

  const draw = (lines: readonly string[], bar?: {text: string; fraction: number}): void => {
    const plain = [...lines, ...(bar ? [`${Math.round(bar.fraction * 100)} % ${bar.text}`] : [])];
    const html = lines.map((line) => `<div>${escape(line)}</div>`).join('') + (bar ?
      `<div><progress value="${bar.fraction.toFixed(4)}" max="1" style="width:16em"></progress> ` +
      `${escape(bar.text)}</div>` : '');
    sendBundle({'text/html': html, 'text/plain': plain.join('\n')}, {
      ...(display && {display}), preferred: 'text/html', displayId, update: sent,
    });
    sent = true;
  };

  return (progress) => {
    if (progress.stopped !== undefined) {
      current = undefined;
      lastMs = -Infinity;
      draw([...(final === 'line' ? finished : []),
        `${progress.label}: stopped; ${progress.stopped}. Run the cell again to go on.`]);
      return;
    }
    const started = current?.label !== progress.label;
    if (started) {
      current = {label: progress.label, estimate: createEstimator(now)};
    }
    const estimate = current!.estimate(progress);
    const fraction = progressFraction(progress);
    if (fraction === 1) {
      const {label, total, detail} = progress;
      finished.push(`${label}: ${total.toLocaleString('en-US')} in ` +
          `${formatDuration(estimate.elapsedMs)}${detail === undefined ? '' : ` · ${detail}`}`);
      current = undefined;
      lastMs = -Infinity;
      draw(final === 'line' ? finished : []);
    } else if (started || now() - lastMs >= intervalMs) {
      lastMs = now();
      draw(final === 'line' ? finished : [], {text: describe(progress, estimate), fraction});
    }
  };
}
