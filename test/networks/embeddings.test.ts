import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {fourierEmbedding, positionalEmbedding, swapHalves} from '../../src/networks/embeddings';
import {createParameterScope} from '../../src/networks/parameters';
import {assertClose, assertNoLeak} from '../helpers';

const LABELS = [-1.55, 0, 0.7];
const expected = (frequencies: readonly number[]): number[] => LABELS.flatMap((c) =>
  [...frequencies.map((f) => Math.cos(f * c)), ...frequencies.map((f) => Math.sin(f * c))]);

test('positionalEmbedding has cosines, then sines, of frequencies falling from 1', () => {
  assertNoLeak(() => tf.tidy(() => {
    const labels = tf.tensor1d(LABELS);
    const ends = positionalEmbedding(labels, {channels: 6, endpoint: true});
    assert.deepEqual(ends.shape, [3, 6]);
    assertClose(ends.dataSync(), expected([1, 0.01, 0.0001]), {atol: 1e-6});
    const open = positionalEmbedding(labels, {channels: 6, endpoint: false, maxPositions: 1000});
    assertClose(open.dataSync(), expected([1, 0.1, 0.01]), {atol: 1e-6});
    assertClose(positionalEmbedding(tf.tensor1d([2]), {channels: 2, endpoint: true}).dataSync(),
        [Math.cos(2), Math.sin(2)], {atol: 1e-6});
  }));
});

test('fourierEmbedding turns by the label times its frequencies, and never trains them', () => {
  tf.tidy(() => {
    const {specs, scope} = createParameterScope('net');
    const layer = fourierEmbedding(scope.within('map_noise'), {channels: 4});
    assert.deepEqual(specs, [{
      name: 'net.map_noise.freqs', kind: 'vector', shape: [2], init: {std: 16}, fixed: true,
    }]);
    const freqs = tf.tensor1d([0.25, -1.5]);
    const embed = (f: tf.Tensor): tf.Tensor => layer(() => f, tf.tensor1d(LABELS));
    assertClose(embed(freqs).dataSync(), expected([0.25 * 2 * Math.PI, -1.5 * 2 * Math.PI]),
        {atol: 1e-5});
    assert.deepEqual([...tf.grad((f) => tf.sum(embed(f)))(freqs).dataSync()], [0, 0]);
  });
});

test('swapHalves puts the second half first', () => tf.tidy(() => assert.deepEqual(
    swapHalves(tf.tensor2d([[1, 2, 3, 4], [5, 6, 7, 8]])).arraySync(),
    [[3, 4, 1, 2], [7, 8, 5, 6]])));
