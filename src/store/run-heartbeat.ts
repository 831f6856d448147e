/**
 * The heartbeat of a lock, in a thread of its own: it goes on while TensorFlow holds the main
 * thread, and ends with the process.
 */
import {utimesSync} from 'node:fs';
import {isMainThread, Worker, workerData} from 'node:worker_threads';

interface Pulse {
  readonly file: string;
  readonly everyMs: number;
}

/** Renews the file's time of change until it is stopped. @returns stops it. */
export function startHeartbeat(file: string, everyMs: number): () => void {
  const pulse: Pulse = {file, everyMs};
  const worker = new Worker(__filename, {workerData: {heartbeat: pulse}});
  worker.on('error', () => {}); // The lock is lost; its owner finds out before it writes.
  worker.unref();
  return () => void worker.terminate();
}

const {heartbeat} = (workerData ?? {}) as {readonly heartbeat?: Pulse};
if (!isMainThread && heartbeat !== undefined) {
  setInterval(() => {
    try {
      utimesSync(heartbeat.file, new Date(), new Date());
    } catch {
      // Gone or out of reach for now: the next beat may find it again.
    }
  }, heartbeat.everyMs);
}
