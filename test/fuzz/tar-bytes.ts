/** Small tar archives, always of the same bytes. */
import {buffer} from 'node:stream/consumers';
import {pack} from 'tar-stream';

export interface TarFile {
  readonly name: string;
  readonly content: Uint8Array;
}

export async function tarOf(files: readonly TarFile[]): Promise<Buffer> {
  const tar = pack();
  for (const {name, content} of files) {
    tar.entry({name, mtime: new Date(0)}, Buffer.from(content));
  }
  tar.finalize();
  return buffer(tar);
}
