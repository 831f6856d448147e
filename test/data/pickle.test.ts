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
