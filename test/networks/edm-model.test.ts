/** EDM's networks and preconditionings against the original ones: the golden networks. */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {unflatten} from '../../src/networks/parameters';
import {goldenImages, planesOf} from '../golden-images';
import {goldenModel, goldenParameters} from '../golden-network';
import {assertClose, assertNoLeak, golden, ROOT} from '../helpers';

const index = JSON.parse(
    readFileSync(path.join(ROOT, 'test', 'golden', 'index.json'), 'utf8')) as
    {fixtures: {name: string}[]};
const fixtures = index.fixtures.map(({name}) => ({name, ...golden(name)}))
    .filter(({tensors}) => tensors.has('io.D_x'));

for (const {name, record, tensors} of fixtures) {
  const model = goldenModel(record);
  const trained = model.parameters.filter(({fixed = false}) => !fixed);

  test(`${name} has the parameters and constants of EDM's network`, () => {
    assert.deepEqual(trained.map((spec) => spec.name), record.parameter_order);
    const size = ({shape}: {shape: readonly number[]}) => shape.reduce((a, b) => a * b, 1);
    assert.equal(trained.reduce((sum, spec) => sum + size(spec), 0), record.num_params);
    const own = [...record.parameter_order, ...model.buffers.map((buffer) => buffer.name),
      ...model.parameters.filter(({fixed}) => fixed).map((spec) => spec.name)];
    assert.deepEqual([...own].sort(), [...tensors.keys()]
        .filter((key) => !key.startsWith('io.') && !key.startsWith('ref64.')).sort());
    for (const {name: buffer, values} of model.buffers) {
      // The levels of iDDPM come from a float32 recursion that magnifies the last bit of its sines,
      // where libraries differ.
      assertClose(values, tensors.get(buffer)!.data,
          {rtol: buffer === 'u' ? 3e-5 : 1e-7, what: buffer});
    }
  });

  test(`${name} agrees with EDM's network at every sigma`, () => assertNoLeak(() => tf.tidy(() => {
    const weights = unflatten(model.parameters, tf.tensor1d(goldenParameters(model, tensors)));
    const vector = (key: string): tf.Tensor1D =>
        tf.tensor1d(tensors.get(key)!.data as Float32Array);
    const x = goldenImages(tensors.get('io.x')!);
    const sigma = vector('io.sigma');
    if (tensors.has('io.F_x')) {
      const {cSkip, cOut, cIn, cNoise} = model.preconditioning.coefficients(sigma);
      for (const [key, values] of Object.entries(
          {c_skip: cSkip, c_out: cOut, c_in: cIn, c_noise: cNoise})) {
        assertClose(values.dataSync(), tensors.get(`io.${key}`)!.data,
            {...record.tolerance[`io.${key}`], what: key});
      }
      const scaled = tf.mul<tf.Tensor4D>(x, tf.reshape(vector('io.c_in'), [-1, 1, 1, 1]));
      assertClose(planesOf(model.network.apply(weights, scaled, vector('io.c_noise'))),
          tensors.get('io.F_x')!.data, {...record.tolerance['io.F_x'], what: 'F_x'});
    }
    const denoised = planesOf(model.denoise(weights, x, sigma));
    const expected = tensors.get('io.D_x')!.data;
    const {atol, rtol} = record.tolerance['io.D_x'];
    const perImage: number[] = record.tolerance_D_x_per_sample ?? x.shape.slice(0, 1).fill(atol);
    const size = denoised.length / x.shape[0];
    for (let n = 0; n < x.shape[0]; n++) {
      assertClose(denoised.subarray(n * size, (n + 1) * size),
          expected.subarray(n * size, (n + 1) * size),
          {atol: perImage[n] ?? atol, rtol, what: `D_x of image ${n}`});
    }
  })));
}
