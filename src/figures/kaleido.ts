/**
 * Draws Plotly figures to PNG and SVG with kaleido 0.2.1, which brings its own browser: one
 * process for many figures, one JSON object a line in each direction.
 */
import {
  ProcessDied, REMEDY, findKaleido, holdKaleido, killKaleido, startKaleido,
} from './kaleido-process';
import type {KaleidoProcess, Reply} from './kaleido-process';
import type {PlotlyFigure} from './types';

/** How the browser that draws is found and waited for. */
export interface KaleidoOptions {
  /** Folder `kaleido/executable` of the Python package (default: that in the project's `.venv`). */
  readonly folder?: string;
  /** Longest wait for one picture, start of the browser included, ms (default 120,000). */
  readonly timeoutMs?: number;
}

export interface RenderOptions {
  readonly format: 'png' | 'svg';
  /** Pixels of the picture per layout pixel (default 1; an SVG keeps its size in layout pixels). */
  readonly scale?: number;
}

export interface Kaleido {
  /**
   * Draws a figure at the size of its layout. Calls queue up; a process that dies is started
   * again once for each picture.
   * @throws Error with the browser's last words if the picture fails or takes too long.
   */
  render(figure: PlotlyFigure, options: RenderOptions): Promise<Buffer>;
  /** Ends the process; a later `render` starts another. */
  close(): Promise<void>;
  /** The process, while one runs. */
  readonly pid: number | undefined;
}

/** Makes a renderer; its process starts with the first picture. */
export function createKaleido({folder, timeoutMs = 120_000}: KaleidoOptions = {}): Kaleido {
  let session: KaleidoProcess | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function ask(request: string): Promise<Reply> {
    if (session === undefined) {
      const started = startKaleido(folder ?? findKaleido());
      session = started;
      void started.exited.then(() => {
        session = session === started ? undefined : session;
      });
      const hello = await started.next();
      if ((hello.code ?? 0) !== 0) {
        killKaleido(started);
        throw new Error(`kaleido: did not start: ${hello.message}`);
      }
    }
    holdKaleido(session, true);
    session.child.stdin.write(`${request}\n`);
    return session.next();
  }

  async function askInTime(request: string): Promise<Reply> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const words = session?.lastWords() ?? '';
        if (session) {
          killKaleido(session);
        }
        session = undefined;
        reject(new Error(`kaleido: expected a picture within ${timeoutMs} ms, got none; the ` +
            `process was ended. Give more time with \`timeoutMs\`. ${words}`.trim()));
      }, timeoutMs);
    });
    const answer = ask(request);
    answer.catch(() => {});    // when `late` wins, the process's death is no news
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
      if (session) {
        holdKaleido(session, false);
      }
    }
  }

  async function render(
      figure: PlotlyFigure, {format, scale = 1}: RenderOptions): Promise<Buffer> {
    const {width, height} = figure.layout;
    const request = JSON.stringify({format, width, height, scale, data: figure});
    let reply: Reply;
    try {
      reply = await askInTime(request);
    } catch (error) {
      if (!(error instanceof ProcessDied)) {
        throw error;
      }
      session = undefined;
      reply = await askInTime(request).catch((again: Error) => {
        throw new Error(`kaleido: the process died twice on one picture (${again.message}); ` +
            `if it never works, ${REMEDY}`);
      });
    }
    if ((reply.code ?? 0) !== 0 || typeof reply.result !== 'string') {
      throw new Error(`kaleido: expected a ${format} picture, got error ${reply.code}: ` +
          `${reply.message}; check the figure's data and layout`);
    }
    return Buffer.from(reply.result, format === 'svg' ? 'utf8' : 'base64');
  }

  return {
    get pid() {
      return session?.child.pid;
    },
    render(figure, options) {
      const result = queue.then(() => render(figure, options));
      queue = result.catch(() => {});
      return result;
    },
    async close() {
      await queue;
      const last = session;
      session = undefined;
      if (last) {
        holdKaleido(last, true);
        last.child.stdin.end();
        const timer = setTimeout(() => killKaleido(last), 2000);
        await last.exited;
        clearTimeout(timer);
      }
    },
  };
}
