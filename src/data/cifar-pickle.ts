/**
 * One batch of CIFAR-10's Python version: a pickle of protocol 2 or less that holds a dictionary
 * of lists, strings and one array of bytes.
 *
 * Strict on purpose, and so not a general library: a pickle is a program. Of its operations only
 * those that build plain values are carried out; the only calls that are understood are the three
 * that NumPy makes for an array, and these run nothing. All else is refused by name.
 */

/** Lists, dictionaries, text, bytes and numbers. */
export type PlainValue =
  | number | string | boolean | null | Uint8Array | PlainValue[] | Map<string, PlainValue>;

/** Names that stand for the parts of a NumPy array. */
const ALLOWED: ReadonlySet<string> = new Set([
  'numpy.core.multiarray._reconstruct', 'numpy._core.multiarray._reconstruct', 'numpy.ndarray',
  'numpy.dtype', '_codecs.encode',
]);

/** A name of a module; calling it gives an array to fill, or a type. */
interface Global {
  readonly global: string;
}
interface ArrayHolder {
  array: PlainValue;
}
type Item = PlainValue | Global | ArrayHolder | typeof MARK | Item[];
const MARK: unique symbol = Symbol('mark');

/**
 * @param name the file's name, for messages.
 * @throws Error naming the file and the operation or the name that is refused, or where it ends.
 */
export function readCifarPickle(bytes: Uint8Array, name: string): PlainValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: Item[] = [];
  const memo = new Map<number, Item>();
  let at = 0;
  const fail = (problem: string): Error =>
    new Error(`${name}: not a CIFAR-10 batch: ${problem} (byte ${at})`);
  const need = (count: number): number => {
    if (count < 0 || at + count > bytes.length) throw fail('the file ends early');
    const from = at;
    at += count;
    return from;
  };
  const u8 = (): number => bytes[need(1)]!;
  const i32 = (): number => view.getInt32(need(4), true);
  const take = (count: number): Uint8Array => bytes.subarray(need(count), at);
  const pop = (): Item => {
    if (stack.length === 0) throw fail('a value is missing');
    return stack.pop()!;
  };
  const popToMark = (): Item[] => {
    const start = stack.lastIndexOf(MARK);
    if (start < 0) throw fail('a mark is missing');
    return stack.splice(start).slice(1);
  };
  const line = (): string => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw fail('the file ends early');
    return latin1(take(end + 1 - at).subarray(0, -1));
  };
  const remember = (slot: number): void => void memo.set(slot, stack.at(-1)!);
  const recall = (slot: number): void => {
    if (!memo.has(slot)) throw fail('a remembered value is missing');
    stack.push(memo.get(slot)!);
  };
  const global = (full: string): void => {
    if (!ALLOWED.has(full)) throw fail(`refused: ${full}`);
    stack.push({global: full});
  };
  const setItems = (pairs: Item[]): void => {
    const target = stack.at(-1);
    if (!(target instanceof Map)) throw fail('entries of what is no dictionary');
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      target.set(textOf(pairs[i]), pairs[i + 1] as PlainValue);
    }
  };
  const textOf = (item: Item | undefined): string => {
    if (typeof item === 'string') return item;
    if (item instanceof Uint8Array) return latin1(item);
    throw fail('a key that is no text');
  };
  const append = (items: Item[]): void => {
    const target = stack.at(-1);
    if (!Array.isArray(target)) throw fail('items of what is no list');
    for (const item of items) (target as Item[]).push(item);
  };
  const call = (): void => {
    const [args, target] = [pop(), pop()];
    const called = (target as Global | null)?.global ?? '';
    if (called.endsWith('._reconstruct')) stack.push({array: null});
    else if (called === 'numpy.dtype') stack.push(textOf((args as Item[])[0]));
    // What Python 3 writes for bytes in protocol 2: text whose letters are the bytes.
    else if (called === '_codecs.encode') {
      stack.push(Uint8Array.from(textOf((args as Item[])[0]), (c) => c.charCodeAt(0)));
    } else throw fail(`refused: a call of ${called === '' ? 'what is no known name' : called}`);
  };
  const build = (): void => {
    const [state, target] = [pop(), stack.at(-1)];
    // The state of an array is (version, shape, dtype, order, bytes); that of a dtype says nothing.
    if (target !== null && typeof target === 'object' && 'array' in target) {
      (target as ArrayHolder).array = (state as Item[])[4] as PlainValue;
    } else if (typeof target !== 'string') throw fail('refused: the state of an object');
  };

  const operations: Readonly<Record<string, () => unknown>> = {
    '\x80': () => {
      const protocol = u8();
      if (protocol > 2) throw fail(`expected a pickle of protocol 2 or less, got ${protocol}`);
    },
    '(': () => stack.push(MARK), ')': () => stack.push([]),
    ']': () => stack.push([]), '}': () => stack.push(new Map()),
    l: () => stack.push(popToMark()), t: () => stack.push(popToMark()),
    d: () => {
      const pairs = popToMark();
      stack.push(new Map());
      setItems(pairs);
    },
    '\x85': () => stack.push([pop()] as Item[]),
    '\x86': () => stack.push([pop(), pop()].reverse() as Item[]),
    '\x87': () => stack.push([pop(), pop(), pop()].reverse() as Item[]),
    N: () => stack.push(null), '\x88': () => stack.push(true), '\x89': () => stack.push(false),
    I: () => {
      const text = line();
      stack.push(text === '01' ? true : text === '00' ? false : Number(text));
    },
    J: () => stack.push(i32()), K: () => stack.push(u8()),
    M: () => stack.push(view.getUint16(need(2), true)),
    U: () => stack.push(take(u8())), T: () => stack.push(take(i32())),
    X: () => stack.push(new TextDecoder().decode(take(i32()))),
    c: () => global(`${line()}.${line()}`),
    R: call, b: build,
    s: () => setItems([pop(), pop()].reverse() as Item[]), u: () => setItems(popToMark()),
    a: () => append([pop()] as Item[]), e: () => append(popToMark()),
    q: () => remember(u8()), r: () => remember(i32()), p: () => remember(Number(line())),
    h: () => recall(u8()), j: () => recall(i32()), g: () => recall(Number(line())),
  };
  for (;;) {
    const operation = String.fromCharCode(u8());
    if (operation === '.') return plain(pop());
    const run = operations[operation];
    if (run === undefined) throw fail(`refused: the operation ${JSON.stringify(operation)}`);
    run();
  }
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Arrays in the place of their holders. */
function plain(item: Item): PlainValue {
  if (item instanceof Map) {
    return new Map([...item].map(([key, value]) => [key, plain(value as Item)]));
  }
  if (item !== null && typeof item === 'object' && 'array' in item) return item.array;
  return item as PlainValue;
}
