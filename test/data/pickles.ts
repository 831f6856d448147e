/** Pickles of data as Python writes them, for tests. */

/** What `pickleOf` can write: bytes are byte strings, arrays lists. */
export type PickleInput =
    number | string | Uint8Array | PickleInput[] | Map<string, PickleInput> | ArrayInput;

/** A NumPy array. */
export interface ArrayInput {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const bytesOf = (content: string): Buffer => Buffer.from(content, 'latin1');
const join = (...parts: (string | Uint8Array)[]): Buffer =>
    Buffer.concat(parts.map((part) => typeof part === 'string' ? bytesOf(part) : part));
/** Python 2's SHORT_BINSTRING. */
const short = (text: string): Buffer => join('U', Buffer.from([text.length]), text);

/** A pickle of protocol 2 as Python 2 writes it. */
export const pickleOf = (value: PickleInput): Buffer => join('\x80\x02', body(value), '.');

function body(value: PickleInput): Buffer {
  if (typeof value === 'number') return join('J', uint32(value));
  if (typeof value === 'string') return short(value);
  if (value instanceof Uint8Array) return join('T', uint32(value.length), value);
  if (Array.isArray(value)) return join(']', '(', ...value.map(body), 'e');
  if (value instanceof Map) {
    const items = [...value].flatMap(([key, item]) => [short(key), body(item)]);
    return join('}q\x01', '(', ...items, 'u');
  }
  const {shape, values} = value;
  const type = join('cnumpy\ndtype\nq\x02', short('u1'), 'K\x00K\x01', '\x87R',
      '(', 'K\x03', short('|'), 'NNN', 'J\xff\xff\xff\xffJ\xff\xff\xff\xff', 'K\x00', 't', 'b');
  return join('cnumpy.core.multiarray\n_reconstruct\n', 'cnumpy\nndarray\n', 'K\x00\x85',
      short('b'), '\x87R', '(', 'K\x01', '(', ...shape.map(body), 't', type, '\x89', body(values),
      't', 'b');
}
