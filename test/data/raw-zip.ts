/** Zip archives byte by byte, also such as no library writes. */
import {crc32, deflateRawSync} from 'node:zlib';

export interface RawEntry {
  readonly name: string;
  readonly content: Uint8Array;
  /** Packed form (default: `content` deflated). */
  readonly packed?: Uint8Array;
  /** 0 stored, 8 deflated (default). */
  readonly method?: number;
  /** Unpacked size that the headers claim (default: the true one). */
  readonly size?: number;
  readonly crc?: number;
  /** General purpose flags; 1: encrypted. */
  readonly flags?: number;
  /** Where the directory says that the entry begins (default: where it does). */
  readonly offset?: number;
}

export function rawZip(entries: readonly RawEntry[]): Buffer {
  const [files, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const entry of entries) {
    const {content, method = 8, flags = 0x800, offset = at} = entry;
    const {packed = method === 8 ? deflateRawSync(content) : content} = entry;
    const name = Buffer.from(entry.name);
    const fields = Buffer.alloc(26);  // From "version needed" to "extra length", in both headers.
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt16LE(33, 8);
    fields.writeUInt32LE(entry.crc ?? crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(entry.size ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), fields, tail, name);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, packed]);
    files.push(file);
    at += file.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.reduce((sum, {length}) => sum + length, 0), 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, ...directory, end]);
}

/** Deflated zeros, `mebibytes` of them a thousandth in size, quickly: one block over and over. */
export function deflatedZeros(mebibytes: number): Buffer {
  // Without its last block, the deflated form of 1 MiB can be repeated.
  const block = deflateRawSync(Buffer.alloc(2 ** 20), {finishFlush: 3});
  const end = deflateRawSync(Buffer.alloc(0));
  return Buffer.concat([...new Array<Buffer>(mebibytes).fill(block), end]);
}
