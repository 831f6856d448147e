/** Downloads over HTTP that fail fast when nothing answers and are patient when something does. */

export interface FetchBytesOptions {
  /** Give up when no answer has begun after this long, in milliseconds (default 5000). */
  readonly answerTimeoutMs?: number;
  /** Give up when no byte has come for this long, in milliseconds (default 10000). */
  readonly stallTimeoutMs?: number;
  /** Refuse answers longer than this many bytes (default 64 MiB). */
  readonly maxBytes?: number;
  /** Told the number of bytes received so far. */
  readonly onBytes?: (received: number) => void;
}

/**
 * The body at `url`.
 * @throws Error naming the address: no answer, a status other than 2xx, a stall, too many bytes.
 */
export async function fetchBytes(
    url: string,
    {answerTimeoutMs = 5000, stallTimeoutMs = 10_000, maxBytes = 2 ** 26, onBytes = () => {}}:
        FetchBytesOptions = {}): Promise<Uint8Array> {
  const controller = new AbortController();
  const giveUp = (afterMs: number): NodeJS.Timeout => setTimeout(
      () => controller.abort(new Error(`no answer within ${afterMs / 1000} s`)), afterMs);
  let timer = giveUp(answerTimeoutMs);
  try {
    const response = await fetch(url, {signal: controller.signal});
    if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = giveUp(stallTimeoutMs);
      received += chunk.length;
      if (received > maxBytes) throw new Error(`more than the expected ${maxBytes} bytes`);
      chunks.push(chunk);
      onBytes(received);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    controller.abort();
    const {message, cause} = error as Error;
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new Error(`${url}: ${reason}`, {cause: error});
  } finally {
    clearTimeout(timer);
  }
}
