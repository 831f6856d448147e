/** Images of the golden fixtures: there NCHW, here NHWC. */
import {tf} from '../src/backend/tf';

interface Values {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** A golden array `[…, C, H, W]` as images `[N, H, W, C]`, all leading axes in one. */
export function goldenImages({data, shape}: Values): tf.Tensor4D {
  const [C, H, W] = shape.slice(-3) as [number, number, number];
  return tf.tidy(() => tf.transpose(
      tf.tensor4d(Float32Array.from(data), [data.length / (C * H * W), C, H, W]), [0, 2, 3, 1]));
}

/** The values of images `[N, H, W, C]` in the order of a golden array `[N, C, H, W]`. */
export function planesOf(images: tf.Tensor4D): Float32Array {
  const planes = tf.transpose(images, [0, 3, 1, 2]);
  const values = Float32Array.from(planes.dataSync());
  planes.dispose();
  return values;
}
