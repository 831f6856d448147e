/** Every layer against EDM's own, forward and backward: the golden fixture `blocks`. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {parametersFromPyTorch, parametersToPyTorch, unflatten} from '../../src/networks/parameters';
import type {NamedArray} from '../../src/store/safetensors';
import {goldenImages, planesOf} from '../golden-images';
import {assertClose, assertNoLeak, golden} from '../helpers';
import {goldenBlock} from './golden-blocks';

const {record, tensors} = golden('blocks');
const items = Object.entries<any>(record.items)
    .map(([name, item]) => ({name, item, block: goldenBlock(name, item)}));

const isImage = ({shape}: NamedArray): boolean => shape.length === 4;
const toTensor = (array: NamedArray): tf.Tensor => isImage(array) ?
  goldenImages(array) : tf.tensor(array.data as Float32Array, [...array.shape]);
const valuesOf = (tensor: tf.Tensor): ArrayLike<number> =>
    tensor.rank === 4 ? planesOf(tensor as tf.Tensor4D) : tensor.dataSync();

for (const {name, item, block} of items) {
  test(`${name} agrees with EDM's, outputs and gradients`, () => assertNoLeak(() => tf.tidy(() => {
    const array = (key: string): NamedArray => tensors.get(`${name}.${key}`)!;
    const inputs = ['io.in0', 'io.in1'].filter((key) => tensors.has(`${name}.${key}`))
        .map((key) => toTensor(array(key)));
    const flat = tf.tensor1d(parametersFromPyTorch(block.specs, tensors));
    const hasParameters = block.specs.length > 0;
    const forward = (all: readonly tf.Tensor[]): tf.Tensor => hasParameters ?
      block.forward(unflatten(block.specs, all[0] as tf.Tensor1D), all.slice(1)) :
      block.forward(() => assert.fail('there are no parameters'), all);
    const variables = hasParameters ? [flat, ...inputs] : inputs;

    assertClose(valuesOf(forward(variables)), array('io.out').data,
        {...item.tolerance.out, what: `${name} output`});
    const upstream = toTensor(array('io.upstream'));
    const gradients = tf.grads((...all: tf.Tensor[]) =>
      tf.sum(tf.mul(forward(all), upstream)))(variables);
    const ofInputs = gradients.slice(hasParameters ? 1 : 0);
    ofInputs.forEach((gradient, i) => assertClose(
        valuesOf(gradient), array(`grad.in${i}`).data,
        {...item.tolerance.grad, what: `${name} gradient of input ${i}`}));
    const ofParameters = hasParameters ?
      parametersToPyTorch(block.specs, gradients[0]!.dataSync() as Float32Array) : {};
    const fixed = new Set(block.specs.filter((spec) => spec.fixed).map((spec) => spec.name));
    for (const [key, {data}] of Object.entries(ofParameters)) {
      if (fixed.has(key)) {
        assert.ok(data.every((value) => value === 0), `${key} is never trained`);
        continue;
      }
      const own = key.slice(name.length + 1);
      assertClose(data, array(`grad.${own}`).data,
          {...item.tolerance.grad, what: `${name} gradient of ${own}`});
    }
  })));
}
