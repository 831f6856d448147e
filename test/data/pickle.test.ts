import assert from 'node:assert/strict';
import {test} from 'node:test';
import {readPickle} from '../../src/data/pickle';
import {pickleOf} from './pickles';

const read = (pickle: string | Uint8Array) => readPickle(
    typeof pickle === 'string' ? Buffer.from(pickle, 'base64') : pickle, 'batch');
const refused = (pickle: string, message: RegExp): void =>
    assert.throws(() => readPickle(Buffer.from(pickle, 'latin1'), 'batch'), (error: Error) => {
      assert.match(error.message, message);
      assert.match(error.message, /^batch: the pickle [^\n]+$/);
      return true;
    });

test('dictionaries, lists, numbers, texts and arrays of bytes are read', () => {
  const values = Uint8Array.from([1, 2, 3, 4, 255, 128]);
  const input = new Map<string, Parameters<typeof pickleOf>[0]>(
      [['data', {shape: [2, 3], values}], ['labels', [3, -1, 70_000]], ['name', 'one']]);
  const map = read(pickleOf(input)) as Map<string, unknown>;
  assert.deepEqual(map.get('data'), {kind: 'array', shape: [2, 3], values});
  assert.deepEqual(map.get('labels'), [3, -1, 70_000]);
  assert.deepEqual(Buffer.from(map.get('name') as Uint8Array).toString(), 'one');
});

/** `{b'labels': [3, 1000], b'data': <u1 [2, 3]>, b'scalars': <two int64>, 'int': <i8 [2]>}` */
const PYTHON_3: readonly (readonly [protocol: number, base64: string])[] = [
  [2, 'gAJ9cQAoY19jb2RlY3MKZW5jb2RlCnEBWAYAAABsYWJlbHNxAlgGAAAAbGF0aW4xcQOGcQRScQVdcQYoSwNN' +
    '6ANlaAFYBAAAAGRhdGFxB2gDhnEIUnEJY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEKY251bX' +
    'B5Cm5kYXJyYXkKcQtLAIVxDGgBWAEAAABicQ1oA4ZxDlJxD4dxEFJxEShLAUsCSwOGcRJjbnVtcHkKZHR5cGUKcRNY' +
    'AgAAAHUxcRSJiIdxFVJxFihLA1gBAAAAfHEXTk5OSv////9K/////0sAdHEYYoloAVgIAAAAAQIDBMO/woBxGWgDhn' +
    'EaUnEbdHEcYmgBWAcAAABzY2FsYXJzcR1oA4ZxHlJxH11xIChjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpzY2FsYXIK' +
    'cSFoE1gCAAAAaThxIomIh3EjUnEkKEsDWAEAAAA8cSVOTk5K/////0r/////SwB0cSZiaAFYCAAAAAcAAAAAAAAAcS' +
    'doA4ZxKFJxKYZxKlJxK2ghaCRoAVgQAAAAw7fDv8O/w7/Dv8O/w7/Dv3EsaAOGcS1ScS6GcS9ScTBlWAMAAABpbnRx' +
    'MWgKaAtLAIVxMmgPh3EzUnE0KEsBSwKFcTVoJIloAVgYAAAABQAAAAAAAADDusO/w7/Dv8O/w7/Dv8O/cTZoA4ZxN1' +
    'JxOHRxOWJ1Lg=='],
  [3, 'gAN9cQAoQwZsYWJlbHNxAV1xAihLA03oA2VDBGRhdGFxA2NudW1weS5fY29yZS5tdWx0aWFycmF5Cl9yZWNv' +
    'bnN0cnVjdApxBGNudW1weQpuZGFycmF5CnEFSwCFcQZDAWJxB4dxCFJxCShLAUsCSwOGcQpjbnVtcHkKZHR5cGUKcQ' +
    'tYAgAAAHUxcQyJiIdxDVJxDihLA1gBAAAAfHEPTk5OSv////9K/////0sAdHEQYolDBgECAwT/gHERdHESYkMHc2Nh' +
    'bGFyc3ETXXEUKGNudW1weS5fY29yZS5tdWx0aWFycmF5CnNjYWxhcgpxFWgLWAIAAABpOHEWiYiHcRdScRgoSwNYAQ' +
    'AAADxxGU5OTkr/////Sv////9LAHRxGmJDCAcAAAAAAAAAcRuGcRxScR1oFWgYQwj3/////////3EehnEfUnEgZVgD' +
    'AAAAaW50cSFoBGgFSwCFcSJoB4dxI1JxJChLAUsChXElaBiJQxAFAAAAAAAAAPr/////////cSZ0cSdidS4='],
  [4, 'gASVRQEAAAAAAAB9lChDBmxhYmVsc5RdlChLA03oA2VDBGRhdGGUjBZudW1weS5fY29yZS5tdWx0aWFycmF5' +
    'lIwMX3JlY29uc3RydWN0lJOUjAVudW1weZSMB25kYXJyYXmUk5RLAIWUQwFilIeUUpQoSwFLAksDhpRoB4wFZHR5cG' +
    'WUk5SMAnUxlImIh5RSlChLA4wBfJROTk5K/////0r/////SwB0lGKJQwYBAgME/4CUdJRiQwdzY2FsYXJzlF2UKGgE' +
    'jAZzY2FsYXKUk5RoEIwCaTiUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYkMIBwAAAAAAAACUhpRSlGgbaB' +
    '5DCPf/////////lIaUUpRljANpbnSUaAZoCUsAhZRoC4eUUpQoSwFLAoWUaB6JQxAFAAAAAAAAAPr/////////lHSU' +
    'YnUu'],
  [5, 'gAWVQgEAAAAAAAB9lChDBmxhYmVsc5RdlChLA03oA2VDBGRhdGGUjBNudW1weS5fY29yZS5udW1lcmljlIwL' +
    'X2Zyb21idWZmZXKUk5QolgYAAAAAAAAAAQIDBP+AlIwFbnVtcHmUjAVkdHlwZZSTlIwCdTGUiYiHlFKUKEsDjAF8lE' +
    '5OTkr/////Sv////9LAHSUYksCSwOGlIwBQ5R0lFKUQwdzY2FsYXJzlF2UKIwWbnVtcHkuX2NvcmUubXVsdGlhcnJh' +
    'eZSMBnNjYWxhcpSTlGgKjAJpOJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiQwgHAAAAAAAAAJSGlFKUaB' +
    'hoG0MI9/////////+UhpRSlGWMA2ludJRoBiiWEAAAAAAAAAAFAAAAAAAAAPr/////////lGgbSwKFlGgRdJRSlHUu'],
];

for (const [protocol, pickle] of PYTHON_3) {
  test(`what Python 3 with NumPy 2 writes in protocol ${protocol} is read`, () => {
    assert.deepEqual(Object.fromEntries(read(pickle) as Map<string, unknown>), {
      labels: [3, 1000],
      data: {kind: 'array', shape: [2, 3], values: Uint8Array.from([1, 2, 3, 4, 255, 128])},
      scalars: [7, -9],
      int: {kind: 'array', shape: [2], values: [5, -6]},
    });
  });
}

test('what is not data is refused by name', () => {
  refused('\x80\x02cos\nsystem\nU\x02ls\x85R.', /asks for "os\.system", which is refused/);
  refused('\x80\x04\x8c\x08builtins\x8c\x04eval\x93.', /asks for "builtins\.eval"/);
  refused('\x80\x02(i__main__\nX\n.', /has instruction 'i'/);
  refused('\x80\x02cnumpy\nndarray\n)R.', /calls numpy\.ndarray in an unknown way/);
  refused('\x80\x02cnumpy\ndtype\nU\x02O8K\x00K\x01\x87R.', /array of type O8, expected integers/);
  refused('I5\n.', /has instruction 'I'/);
  refused('\x80\x01N.', /has protocol 1, expected 2 to 5/);
});

test('damaged pickles are refused', () => {
  const whole = pickleOf(new Map([['data', {shape: [1, 2], values: Uint8Array.from([1, 2])}]]));
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => read(whole.subarray(0, length)), /^Error: batch: the pickle /);
  }
  refused('\x80\x02T\xff\xff\xff\xff', /ends early/);
  refused('\x80\x02e.', /ends a group that it has not begun/);
  refused('\x80\x02h\x05.', /uses a value that it has not stored/);
  assert.throws(() => read(pickleOf({shape: [9, 9], values: Uint8Array.from([1, 2])})),
      /has 2 values for shape \[9, 9\]/);
});

const numpy = (name: string): string =>
    `cnumpy\ndtype\nU${String.fromCharCode(name.length)}${name}`;

test('names of Object\'s own methods are no types of numbers', () => {
  for (const name of ['toString', 'constructor', '__proto__', 'valueOf']) {
    refused(`\x80\x02${numpy(name)}K\x00K\x01\x87R.`,
        new RegExp(`array of type ${name}, expected integers`));
  }
});

/** What `_frombuffer(bytes, u1, shape, order)` gives. */
const fromBuffer = (bytes: string, shape: string, order = 'C'): string =>
    `\x80\x02cnumpy.core.numeric\n_frombuffer\n(U${String.fromCharCode(bytes.length)}${bytes}` +
    `${numpy('u1')}K\x00K\x01\x87R${shape}U\x01${order}tR.`;

test('arrays have the values that their shapes need, in row order', () => {
  assert.deepEqual(readPickle(Buffer.from(fromBuffer('abcd', 'K\x02K\x02\x86'), 'latin1'), 'x'),
      {kind: 'array', shape: [2, 2], values: Uint8Array.from([97, 98, 99, 100])});
  refused(fromBuffer('abc', 'K\x02K\x02\x86'), /has 3 values for shape \[2, 2\]/);
  refused(fromBuffer('abcd', 'K\x02K\x02\x86', 'F'), /column order, expected row order/);
  refused(fromBuffer('ab', 'J\xff\xff\xff\xffJ\xfe\xff\xff\xff\x86'), /without a shape/);
  refused(`\x80\x02cnumpy.core.multiarray\nscalar\n${numpy('i4')}K\x00K\x01\x87RU\x00\x86R.`,
      /has 0 values for shape \[\]/);
});

test('a name is a text; lists of lists are not written out to look for one', () => {
  refused('\x80\x02]K\x01a\x8c\x04eval\x93.', /another value where a name belongs/);
  refused('\x80\x02cnumpy\ndtype\n(]K\x00K\x01tR.', /another value where a name belongs/);
});

test('a short pickle does not become millions of values', () => {
  refused(`\x80\x02${'}'.repeat(2 ** 20)}.`, /has more than 1048576 instructions/);
  const text = `X\x00\x10\x00\x00${'x'.repeat(4096)}q\x01`;
  const encoded = 'h\x00h\x01X\x06\0\0\0latin1\x86R'.repeat(9);
  refused(`\x80\x02c_codecs\nencode\nq\x00${text}${encoded}.`,
      /makes more of its bytes than data does/);
});

test('what is refused is shown without what a terminal would obey', () => {
  refused('\x80\x02cx\x9b\x1b[2J\ny\n.', /asks for "x\\u009b\\u001b\[2J\.y"/);
});
