/** Items read a few at a time, and handed over in order. */

/** Items in progress at the same time: enough to keep the cores busy, little enough for memory. */
export const AT_ONCE = 4;

/**
 * The results of `read(0)` to `read(count - 1)`, in this order, with up to `atOnce` of them in
 * progress. Only these are in memory; the first error ends it, after what is in progress.
 */
export async function* readInOrder<T>(
    count: number, atOnce: number, read: (i: number) => Promise<T>): AsyncGenerator<T> {
  const pending: Promise<T>[] = [];
  let next = 0;
  try {
    for (let i = 0; i < count; i++) {
      for (; next < Math.min(count, i + atOnce); next++) {
        const item = read(next);
        item.catch(() => {});  // Awaited below, possibly after it has failed.
        pending.push(item);
      }
      yield await pending.shift()!;
    }
  } finally {
    await Promise.allSettled(pending);
  }
}
