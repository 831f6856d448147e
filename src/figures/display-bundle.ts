/**
 * Sends rich output to a notebook: several forms of one thing in one message, of which each
 * reader takes the best it can draw.
 *
 * tslab's public `display` sends one form only. The kernel keeps the function that writes whole
 * messages in its module `tslab/dist/jupyter`; it is found here in Node's table of loaded modules,
 * because the kernel that runs may be any copy of tslab, not the one that `require` would find.
 */

/** Contents by MIME type: text, base64 for pictures, or an object for JSON. */
export type MimeBundle = Readonly<Record<string, string | object>>;

/** What is used of tslab's `display` and of the result of its `newDisplay()`. */
export interface DisplayTarget {
  /**
   * Shows one form of something.
   * @param contentType MIME type, for example `text/html`.
   * @param content text, or the bytes of a picture.
   */
  raw(contentType: string, content: string | Uint8Array): unknown;
}

export interface SendOptions {
  /** tslab's `display`, used when the kernel's writer is not found. */
  readonly display?: DisplayTarget;
  /** The form that `display` gets (default the bundle's first). */
  readonly preferred?: string;
  /** Facts about a form, by MIME type, for example the size of a picture. */
  readonly metadata?: Readonly<Record<string, object>>;
  /** Names the output, so that a later message can replace it. */
  readonly displayId?: string;
  /** Replaces the output of that name (default false). */
  readonly update?: boolean;
}

interface DisplayData {
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, object>>;
  readonly transient: {readonly display_id?: string};
}

type KernelWriter = (content: DisplayData, update: boolean) => void;

/**
 * The writer of the kernel that runs this process, or undefined outside of a tslab kernel. A
 * second copy of tslab may be loaded (its launcher); only the running one has a writer.
 */
function kernelWriter(): KernelWriter | undefined {
  for (const loaded of Object.values(require.cache)) {
    if (loaded && /[\\/]dist[\\/]jupyter\.js$/.test(loaded.filename)) {
      const writer = (loaded.exports as {lastWriteDisplayData?: unknown}).lastWriteDisplayData;
      if (typeof writer === 'function') {
        return writer as KernelWriter;
      }
    }
  }
  return undefined;
}

/**
 * Sends a bundle to the cell that runs.
 * @throws Error outside of a notebook, unless a `display` is given.
 */
export function sendBundle(data: MimeBundle, {
  display, preferred = Object.keys(data)[0]!, metadata = {}, displayId, update = false,
}: SendOptions = {}): void {
  const write = kernelWriter();
  if (write) {
    const transient = displayId === undefined ? {} : {display_id: displayId};
    write({data, metadata, transient}, update);
    return;
  }
  if (!display) {
    throw new Error('sendBundle: expected to run in a cell of a tslab notebook, found no kernel; ' +
        'elsewhere give `display`, or write figures with `createFigureExporter`');
  }
  const content = data[preferred]!;
  if (typeof content !== 'string') {
    display.raw(preferred, JSON.stringify(content));
  } else if (preferred.startsWith('image/') && preferred !== 'image/svg+xml') {
    display.raw(preferred, Buffer.from(content, 'base64'));
  } else {
    display.raw(preferred, content);
  }
}
