/**
 * The data of a Python pickle, for files that hold dictionaries, lists, numbers, strings and
 * NumPy arrays of integers, such as the batches of CIFAR-10.
 *
 * A pickle is a program, and general readers run what it asks for. This one knows only the
 * instructions that such data needs (of protocols 2 to 5), builds nothing but plain values, calls
 * nothing but what `pickle-numpy.ts` lists, and refuses the rest by name. It is our own because
 * the reader on npm (pickleparser 0.2.1) decodes Python 2's byte strings, which hold the pixels
 * of CIFAR-10, as text, and makes an object of any class that a file names.
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py for the instructions.
 */
import type {NumpyArray, PickleDtype, PickleGlobal} from './pickle-numpy';
import {asText, buildState, callGlobal, globalOf} from './pickle-numpy';

/** Tuples are arrays, byte strings are bytes, keys of dictionaries are texts. */
export type PickleValue =
    null | boolean | number | string | Uint8Array | PickleValue[] | Map<string, PickleValue> |
    NumpyArray | PickleDtype | PickleGlobal;

/** The state of a reading: what has been built, and what is left of the bytes. */
interface Machine {
  stack: PickleValue[];
  /** The stacks below the current one, one for each open mark. */
  readonly marked: PickleValue[][];
  readonly memo: Map<number, PickleValue>;
  /** The next `count` bytes. */
  bytes(count: number): Uint8Array;
  /** The next bytes as an unsigned number. */
  uint(bytes: 1 | 2 | 4 | 8): number;
  line(): string;
  pop(): PickleValue;
  /** The values since the last mark, which ends. */
  popMark(): PickleValue[];
  /** Counts bytes of values that are made of other ones. */
  spend(bytes: number): void;
}

type Instruction = (machine: Machine) => void;

const push = (make: (machine: Machine) => PickleValue): Instruction =>
    (machine) => {
      const value = make(machine);
      machine.stack.push(value);
    };
const bytesOf = (size: 1 | 4 | 8): Instruction => push((m) => m.bytes(m.uint(size)));
const textOf = (size: 1 | 4 | 8): Instruction =>
    push((m) => Buffer.from(m.bytes(m.uint(size))).toString('utf8'));
const tupleOf = (count: number): Instruction => push((m) => {
  const items = Array.from({length: count}, () => m.pop());
  return items.reverse();
});
const remember = (index: (machine: Machine) => number): Instruction => (m) => {
  const value = m.pop();
  m.memo.set(index(m), value);
  m.stack.push(value);
};
const recall = (index: (machine: Machine) => number): Instruction => push((m) => {
  const value = m.memo.get(index(m));
  if (value === undefined) throw new Error('uses a value that it has not stored');
  return value;
});
const append = (items: (machine: Machine) => PickleValue[]): Instruction => (m) => {
  const added = items(m);
  const list = m.stack.at(-1);
  if (!Array.isArray(list)) throw new Error('appends to what is no list');
  for (const item of added) list.push(item);
};
const setItems = (items: (machine: Machine) => PickleValue[]): Instruction => (m) => {
  const added = items(m);
  const map = m.stack.at(-1);
  if (!(map instanceof Map) || added.length % 2 !== 0) {
    throw new Error('sets items of no dictionary');
  }
  for (let i = 0; i < added.length; i += 2) map.set(keyOf(added[i]!), added[i + 1]!);
};

/** By their codes, with the names of Python's `pickletools`. */
const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (m) => { // PROTO
    const protocol = m.uint(1);
    if (protocol < 2 || protocol > 5) throw new Error(`has protocol ${protocol}, expected 2 to 5`);
  }],
  [0x95, (m) => void m.uint(8)], // FRAME
  [code('('), (m) => { // MARK
    m.marked.push(m.stack);
    m.stack = [];
  }],
  [code('N'), push(() => null)], // NONE
  [0x88, push(() => true)], // NEWTRUE
  [0x89, push(() => false)], // NEWFALSE
  [code('J'), push((m) => m.uint(4) | 0)], // BININT
  [code('K'), push((m) => m.uint(1))], // BININT1
  [code('M'), push((m) => m.uint(2))], // BININT2
  [code('U'), bytesOf(1)], [code('T'), bytesOf(4)], // SHORT_BINSTRING, BINSTRING
  [code('C'), bytesOf(1)], [code('B'), bytesOf(4)], // SHORT_BINBYTES, BINBYTES
  [0x8e, bytesOf(8)], [0x96, bytesOf(8)], // BINBYTES8, BYTEARRAY8
  [0x8c, textOf(1)], [code('X'), textOf(4)], [0x8d, textOf(8)], // (SHORT_)BINUNICODE(8)
  [code(')'), push(() => [])], // EMPTY_TUPLE
  [0x85, tupleOf(1)], [0x86, tupleOf(2)], [0x87, tupleOf(3)], // TUPLE1, TUPLE2, TUPLE3
  [code('t'), push((m) => m.popMark())], // TUPLE
  [code(']'), push(() => [])], // EMPTY_LIST
  [code('a'), append((m) => [m.pop()])], // APPEND
  [code('e'), append((m) => m.popMark())], // APPENDS
  [code('}'), push(() => new Map())], // EMPTY_DICT
  [code('s'), setItems((m) => [m.pop(), m.pop()].reverse())], // SETITEM
  [code('u'), setItems((m) => m.popMark())], // SETITEMS
  [code('q'), remember((m) => m.uint(1))], // BINPUT
  [code('r'), remember((m) => m.uint(4))], // LONG_BINPUT
  [0x94, remember((m) => m.memo.size)], // MEMOIZE
  [code('h'), recall((m) => m.uint(1))], // BINGET
  [code('j'), recall((m) => m.uint(4))], // LONG_BINGET
  [code('c'), push((m) => globalOf(m.line(), m.line()))], // GLOBAL
  [0x93, push((m) => { // STACK_GLOBAL
    const [name, module] = [m.pop(), m.pop()];
    return globalOf(asText(module), asText(name));
  })],
  [code('R'), push((m) => { // REDUCE
    const [args, callee] = [m.pop(), m.pop()];
    return callGlobal(callee, args, m.spend);
  })],
  [code('b'), (m) => buildState(m.pop(), m.stack.at(-1), m.spend)], // BUILD
]);
const STOP = code('.');
/** Some 30 times as many as a batch of CIFAR-10 has: each may make a list or a dictionary. */
const MAX_INSTRUCTIONS = 2 ** 20;

/**
 * The value in the bytes of a pickle.
 * @param name the file's name, for messages.
 * @throws Error naming the file and what is refused or damaged.
 */
export function readPickle(bytes: Uint8Array, name: string): PickleValue {
  try {
    return run(machineOn(bytes));
  } catch (error) {
    throw new Error(`${name}: the pickle ${(error as Error).message}`, {cause: error});
  }
}

function run(machine: Machine): PickleValue {
  let count = 0;
  for (let opcode = machine.uint(1); opcode !== STOP; opcode = machine.uint(1)) {
    const instruction = INSTRUCTIONS.get(opcode);
    if (instruction === undefined) {
      const shown = opcode > 0x20 && opcode < 0x7f ? String.fromCharCode(opcode) : opcode;
      throw new Error(`has instruction '${shown}', which data does not need; refused`);
    }
    if (++count > MAX_INSTRUCTIONS) {
      throw new Error(`has more than ${MAX_INSTRUCTIONS} instructions; refused`);
    }
    instruction(machine);
  }
  return machine.pop();
}

function machineOn(bytes: Uint8Array): Machine {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  // Stored once and used often, one long text could become any number of arrays.
  let left = 4 * bytes.length;
  const machine: Machine = {
    stack: [], marked: [], memo: new Map(),
    bytes(count) {
      if (count > bytes.length - at) throw new Error('ends early (file is truncated)');
      return bytes.subarray(at, at += count);
    },
    uint(size) {
      const start = at;
      machine.bytes(size);
      if (size === 8) return Number(view.getBigUint64(start, true));
      return size === 1 ? view.getUint8(start) :
        size === 2 ? view.getUint16(start, true) : view.getUint32(start, true);
    },
    line() {
      const end = bytes.indexOf(0x0a, at);
      const text = machine.bytes((end === -1 ? bytes.length + 1 : end + 1) - at);
      return Buffer.from(text.subarray(0, -1)).toString('latin1');
    },
    pop() {
      const value = machine.stack.pop();
      if (value === undefined) throw new Error('takes a value that is not there');
      return value;
    },
    popMark() {
      const items = machine.stack;
      const below = machine.marked.pop();
      if (below === undefined) throw new Error('ends a group that it has not begun');
      machine.stack = below;
      return items;
    },
    spend(count) {
      left -= count;
      if (left < 0) throw new Error('makes more of its bytes than data does; refused');
    },
  };
  return machine;
}

function keyOf(value: PickleValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  throw new Error('has a dictionary with keys that are no strings');
}

function code(character: string): number {
  return character.charCodeAt(0);
}
