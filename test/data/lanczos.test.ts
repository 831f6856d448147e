import assert from 'node:assert/strict';
import {test} from 'node:test';
import {resizeLanczos} from '../../src/data/lanczos';

const bytes = (count: number): Uint8Array =>
    Uint8Array.from({length: count}, (_, i) => (i * 7919) % 251);

// What Pillow 13.0.0 gives: Image.resize((width, height), Resampling.LANCZOS).
test('smaller, larger and half of each: the bytes of Pillow', () => {
  const grey = bytes(35);
  assert.deepEqual([...resizeLanczos(grey, [5, 7, 1], [3, 4])],
      [106, 132, 94, 101, 132, 141, 133, 164, 133, 104, 93, 140]);
  assert.deepEqual([...resizeLanczos(grey, [5, 7, 1], [6, 9])], [
    0, 104, 87, 31, 164, 68, 131, 168, 70, 169, 120, 140, 194, 137, 2, 97, 135, 14, 229, 110, 151,
    235, 101, 128, 134, 137, 165, 166, 46, 85, 169, 73, 223, 157, 138, 255, 129, 82, 116, 130, 37,
    151, 106, 93, 204, 86, 205, 229, 77, 10, 132, 82, 68, 184,
  ]);
  assert.deepEqual([...resizeLanczos(grey, [5, 7, 1], [5, 2])],
      [75, 117, 165, 85, 133, 175, 95, 137, 132, 95]);
});

test('colours are resized each for itself, as Pillow does', () => {
  assert.deepEqual([...resizeLanczos(bytes(144), [6, 8, 3], [2, 3])],
      [101, 126, 128, 143, 127, 127, 132, 129, 131, 135, 136, 133, 124, 128, 123, 119, 116, 132]);
});

test('a flat image stays flat, and the same size is a copy', () => {
  const flat = new Uint8Array(50 * 30).fill(255);
  assert.ok(resizeLanczos(flat, [50, 30, 1], [7, 64]).every((byte) => byte === 255));
  const grey = bytes(6);
  const copy = resizeLanczos(grey, [2, 3, 1], [2, 3]);
  assert.deepEqual(copy, grey);
  assert.notEqual(copy, grey);
});
