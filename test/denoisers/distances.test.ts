import assert from 'node:assert/strict';
import {test} from 'node:test';
import {read64, tidy64, upload64} from '../../src/backend/tensor64';
import {squaredDistance, squaredDistances64} from '../../src/denoisers/distances';
import {assertNoHandleLeak} from '../handles';
import {assertClose} from '../helpers';
import {pixelsOf, tinyDataset} from '../tiny-dataset';

const D = 48;
const queries = pixelsOf(tinyDataset(3, [4, 4, 3], 1));
const rows = pixelsOf(tinyDataset(7, [4, 4, 3], 2));

test('squaredDistances64 agrees with differences of each pair to 1e-12', () => {
  const matrix = assertNoHandleLeak(() => tidy64(() =>
      read64(squaredDistances64(upload64(queries, [3, D]), upload64(rows, [7, D])))));
  const expected = Array.from({length: 21}, (_, at) => {
    const [q, r] = [Math.floor(at / 7) * D, at % 7 * D];
    return squaredDistance(queries.subarray(q, q + D), rows.subarray(r, r + D));
  });
  assertClose(matrix, expected, {atol: 1e-12});
});

test('an exact copy is at distance 0 by the difference, and at most 1e-12 by the product', () => {
  const matrix = tidy64(() => {
    const same = upload64(rows, [7, D]);
    return read64(squaredDistances64(same, same));
  });
  for (let i = 0; i < 7; i++) {
    assert.ok(matrix[i * 8]! >= 0 && matrix[i * 8]! < 1e-12);
    const row = rows.subarray(i * D, (i + 1) * D);
    assert.equal(squaredDistance(row, row.slice()), 0);
  }
});
