/** Mutations of bytes: what fast-check generates and shrinks, and what each of them does. */
import * as fc from 'fast-check';

/** Numbers at which code has its seams. */
const INTERESTING: readonly bigint[] = [
  0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x10000n, 0xffffffn, 0x7fffffffn,
  0x80000000n, 0xfffffffen, 0xffffffffn, 0x100000000n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n,
  2n ** 64n - 1n,
];

/** What a number, text or word of a textual format is replaced by. */
export const WORDS: readonly string[] = [
  'null', 'true', '-1', '0', '1.5', '1e400', '-0', '4294967296', '9007199254740993', '1e308', '[]',
  '{}', '""', '"__proto__"', '"constructor"', '"toString"', '"\\u001b[31m\\n"', '"\\ud800"',
  '[[0]]', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, `"${'x'.repeat(5000)}"`, '"',
  '"a":1,"a":2', '\u0000', ',', '}',
];

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\]:,]/g;
/** No input gets longer than this, bytes. */
const MAX_BYTES = 2 ** 22;

export interface Mutation {
  readonly kind: keyof typeof KINDS;
  /** Places: bytes from the start, or, when negative, from the end; they wrap around. */
  readonly at: number;
  readonly from: number;
  readonly length: number;
  readonly value: number;
}

/** What mutations may draw from. */
export interface Material {
  readonly others: readonly Uint8Array[];
  readonly words: readonly string[];
}

type Parts = readonly Uint8Array[];
/** Returns the parts of the result. */
type Mutate = (bytes: Buffer, mutation: Mutation, material: Material) => Parts;

/** Replaces `[at, at + removed)`. */
const replace = (bytes: Buffer, at: number, removed: number, put: Uint8Array): Parts =>
    [bytes.subarray(0, at), put, bytes.subarray(at + removed)];

const KINDS = {
  flip: (bytes, {at, value}) =>
    replace(bytes, at, 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << value % 8))),
  set: (bytes, {at, value}) => replace(bytes, at, 1, Uint8Array.of(value)),
  truncate: (bytes, {at}) => [bytes.subarray(0, at)],
  extend: (bytes, {length, value}) => [bytes, Buffer.alloc(length, value)],
  insert: (bytes, {at, length, value}) => replace(bytes, at, 0, Buffer.alloc(length, value)),
  duplicate: (bytes, {at, length}) => replace(bytes, at, 0, bytes.subarray(at, at + length)),
  repeat: (bytes, {at, length, value}) => replace(bytes, at, 0,
      Buffer.concat(new Array<Buffer>(value).fill(bytes.subarray(at, at + length)))),
  remove: (bytes, {at, length}) => replace(bytes, at, length, Buffer.alloc(0)),
  zero: (bytes, {at, length}) =>
    replace(bytes, at, length, Buffer.alloc(Math.min(length, bytes.length - at))),
  swap: (bytes, {at, from, length}) => {
    const [first, second] = at < from ? [at, from] : [from, at];
    const size = Math.min(length, second - first, bytes.length - second);
    return [
      bytes.subarray(0, first), bytes.subarray(second, second + size),
      bytes.subarray(first + size, second), bytes.subarray(first, first + size),
      bytes.subarray(second + size),
    ];
  },
  copy: (bytes, {at, from, length}) => {
    const copied = bytes.subarray(from, from + length);
    return replace(bytes, at, copied.length, copied);
  },
  integer: (bytes, {at, length, value}) => {
    const size = [1, 2, 4, 8][value % 4]!;
    const number = INTERESTING[length % INTERESTING.length]! + BigInt(value >> 5) % 3n - 1n;
    const put = Buffer.alloc(8);
    put.writeBigUInt64LE(BigInt.asUintN(64, number));
    const little = put.subarray(0, size);
    return replace(bytes, at, size, (value >> 4) % 2 === 0 ? little : little.reverse());
  },
  splice: (bytes, {at, from, value}, {others}) => {
    const other = others[value % others.length]!;
    return [bytes.subarray(0, at), other.subarray(from % (other.length + 1))];
  },
  token: (bytes, {at, value}, {words}) => {
    const tokens = [...bytes.toString('latin1').matchAll(TOKEN)];
    if (tokens.length === 0) return [bytes];
    const token = tokens[at % tokens.length]!;
    return replace(bytes, token.index, token[0].length, Buffer.from(words[value % words.length]!));
  },
} satisfies Record<string, Mutate>;

const place = fc.oneof(
    {arbitrary: fc.nat(2 ** 30), weight: 4}, {arbitrary: fc.nat(63), weight: 2},
    {arbitrary: fc.integer({min: -64, max: -1}), weight: 1});

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...Object.keys(KINDS) as (keyof typeof KINDS)[]),
  at: place, from: place, value: fc.nat(255),
  length: fc.oneof({arbitrary: fc.nat(16), weight: 3}, {arbitrary: fc.nat(5000), weight: 1}),
});

/** One to eight mutations, few of them more likely. */
export const mutations: fc.Arbitrary<Mutation[]> =
    fc.array(mutation, {minLength: 1, maxLength: 8});

/** The bytes after all mutations; the given ones stay as they are. */
export function mutate(
    seed: Uint8Array, list: readonly Mutation[], material: Material): Uint8Array {
  let bytes: Buffer = Buffer.from(seed);
  for (const step of list) {
    const size = Math.max(1, bytes.length);
    const wrapped = (where: number): number => (where % size + size) % size;
    const parts = (KINDS[step.kind] as Mutate)(
        bytes, {...step, at: wrapped(step.at), from: wrapped(step.from)}, material);
    bytes = Buffer.concat(parts).subarray(0, MAX_BYTES);
  }
  return bytes;
}
