/**
 * Linear regression y ~ W x + b from a stream of pairs: first and second moments in float64, then
 * W = Cov(y, x) Cov(x)⁻¹ and b = mean(y) - W mean(x). Memory does not grow with the pairs: for D
 * inputs and outputs it is 12 D² bytes while pairs are added (1.8 GB for 64x64x3), and 48 D² at the
 * end (7 GB).
 */
import {blockSizes, blockSums64} from '../backend/block-sums';
import {matrix64} from '../backend/float64';
import {solveSpd64} from '../backend/solve-spd';
import {
  add64, constant64, dispose64, keep64, matMul64, mul64, read64, scalar64, splitColumns64, square64,
  sub64, sum64, tidy64,
} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {assertInteger} from '../shapes';

/** The affine map of least squares, and how well it fits. */
export interface LeastSquaresSolution {
  /** W, `[outputs, inputs]` row by row. */
  readonly weight: Float64Array;
  /** b, `[outputs]`. */
  readonly bias: Float64Array;
  /** Squared residual, mean over pairs and outputs. */
  readonly mse: number;
  /** Added to the diagonal of Cov(x); 0 unless the inputs did not determine W. */
  readonly ridge: number;
  /** How many pairs were seen. */
  readonly count: number;
}

/** Moments of the pairs seen so far. */
export interface LeastSquares {
  /** Takes n pairs, x `[n, inputs]` and y `[n, outputs]`, borrowed. */
  add(x: Tensor64, y: Tensor64): void;
  /**
   * The best W and b for the pairs seen. When Cov(x) is singular (no more pairs than inputs, or
   * inputs that depend on each other) a ridge of 1e-8 of its mean diagonal is added and reported.
   * @throws Error when there are no pairs, or the inputs do not vary at all.
   */
  solve(): LeastSquaresSolution;
  /** Frees the moments. */
  dispose(): void;
}

const RIDGE = 1e-8;

/** Starts a regression of `outputs` values on `inputs` values. */
export function leastSquares(inputs: number, outputs: number): LeastSquares {
  assertInteger('leastSquares', 'inputs', inputs, 1);
  assertInteger('leastSquares', 'outputs', outputs, 1);
  const [inputBlocks, outputBlocks] = [blockSizes(inputs), blockSizes(outputs)];
  const xx = blockSums64(inputs, inputs, {symmetric: true});
  const yx = blockSums64(outputs, inputs);
  let count = 0;
  let shift: Tensor64[] = []; // The first batch's means: keeps the sums small.
  let sums: Tensor64[] = []; // of x, y, y².
  return {
    add(x, y) {
      const n = x.shape[0]!;
      assertPairs(x, y, inputs, outputs);
      tidy64(() => {
        if (shift.length === 0) shift = [meanRow(x), meanRow(y)].map(keep64);
        const [dx, dy] = [sub64(x, shift[0]!), sub64(y, shift[1]!)];
        const parts = [sum64(dx, 0), sum64(dy, 0), sum64(sum64(square64(dy), 0), 1)];
        const previous = sums;
        sums = parts.map((part, i) =>
          keep64(previous.length > 0 ? add64(previous[i]!, part) : part));
        previous.forEach(dispose64);
        const [xs, ys] = [splitColumns64(dx, inputBlocks), splitColumns64(dy, outputBlocks)];
        xx.add((i, j) => matMul64(xs[i]!, xs[j]!, {transposeA: true}));
        yx.add((i, j) => matMul64(ys[i]!, xs[j]!, {transposeA: true}));
      });
      count += n;
    },
    solve() {
      if (count === 0) throw new Error('leastSquares: expected at least one pair, got none');
      const [x, y, squares] = sums.map(read64);
      const moments = {count, x: x!, y: y!, squares: squares![0]!, xx: xx.read, yx: yx.read};
      return solveMoments(moments, shift.map(read64));
    },
    dispose() {
      [...shift, ...sums].forEach(dispose64);
      [xx, yx].forEach((blocks) => blocks.dispose());
      [shift, sums, count] = [[], [], 0];
    },
  };
}

/**
 * Linear regression y ~ W x + b of given pairs, in float64. When the inputs do not determine W, a
 * ridge is added and reported.
 * @param x `[n, inputs]` row by row.
 * @param y `[n, outputs]` row by row.
 * @param sizes values of each x and of each y.
 * @throws RangeError when the sizes do not fit the arrays; Error when the inputs do not vary at
 *     all, or a value is not finite.
 * @example
 * const line = hg.leastSquaresFromPairs([0, 1, 2], [1, 3, 5], {inputs: 1, outputs: 1});
 * console.log(line.weight[0]!.toFixed(3), line.bias[0]!.toFixed(3)); // 2.000 1.000
 */
export function leastSquaresFromPairs(
    x: ArrayLike<number>, y: ArrayLike<number>,
    {inputs, outputs}: {readonly inputs: number; readonly outputs: number}): LeastSquaresSolution {
  const n = x.length / inputs;
  const moments = leastSquares(inputs, outputs);
  try {
    tidy64(() => moments.add(
        constant64(Float64Array.from(x), [n, inputs]),
        constant64(Float64Array.from(y), [n, outputs])));
    return moments.solve();
  } finally {
    moments.dispose();
  }
}

const meanRow = (rows: Tensor64): Tensor64 => mul64(sum64(rows, 0), scalar64(1 / rows.shape[0]!));

/** Sums over `count` pairs, of values less the shift. */
interface Sums {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Of |y|². */
  readonly squares: number;
  /** A new array of the sums of x xᵀ, and of y xᵀ. */
  readonly xx: () => Float64Array;
  readonly yx: () => Float64Array;
}

function solveMoments(sums: Sums, shift: readonly Float64Array[]): LeastSquaresSolution {
  const {count} = sums;
  const [meanX, meanY] = [sums.x, sums.y].map((sum) => sum.map((value) => value / count));
  const [inputs, outputs] = [meanX!.length, meanY!.length];
  const yx = covariance(sums.yx(), meanY!, meanX!, count);
  const {weight, ridge} = solveWithRidge(
      () => covariance(sums.xx(), meanX!, meanX!, count), yx, [outputs, inputs]);
  const bias = meanY!.map((value, o) => {
    let sum = value + shift[1]![o]!;
    for (let i = 0; i < inputs; i++) {
      sum -= weight[o * inputs + i]! * (meanX![i]! + shift[0]![i]!);
    }
    return sum;
  });
  // E|y - W x - b|² = tr Cov(y) - tr W Cov(x, y) - ridge |W|².
  let squares = sums.squares / count;
  for (const value of meanY!) squares -= value * value;
  for (let at = 0; at < weight.length; at++) {
    squares -= weight[at]! * (yx[at]! + ridge * weight[at]!);
  }
  if (!Number.isFinite(squares)) {
    throw new Error('leastSquares: expected finite targets, got NaN or infinite ones');
  }
  return {weight, bias, mse: Math.max(squares, 0) / outputs, ridge, count};
}

/** Turns sums of products into covariances, in place. */
function covariance(
    sums: Float64Array, rowMeans: Float64Array, columnMeans: Float64Array, count: number):
    Float64Array {
  const width = columnMeans.length;
  rowMeans.forEach((mean, r) => {
    for (let c = 0; c < width; c++) {
      const at = r * width + c;
      sums[at] = sums[at]! / count - mean * columnMeans[c]!;
    }
  });
  return sums;
}

/**
 * Cov(y, x) (Cov(x) + ridge)⁻¹.
 * @param xx makes Cov(x) anew: each attempt uses up its memory.
 */
function solveWithRidge(
    xx: () => Float64Array, yx: Float64Array, [outputs, inputs]: readonly [number, number]):
    {weight: Float64Array; ridge: number} {
  const options = {overwrite: true, minPivot: 16 * inputs * Number.EPSILON};
  let trace = 0;
  const attempt = (ridge: number) => {
    const raised = xx();
    trace = 0;
    for (let at = 0; at < raised.length; at += inputs + 1) {
      trace += raised[at]!;
      raised[at]! += ridge;
    }
    return solveSpd64(
        matrix64(inputs, inputs, raised), matrix64(outputs, inputs, yx), options);
  };
  const exact = attempt(0);
  if (exact !== undefined) return {weight: exact.solution.data, ridge: 0};
  const ridge = RIDGE * trace / inputs;
  const solved = attempt(ridge);
  if (solved === undefined) {
    throw new Error('leastSquares: expected inputs that vary, got a covariance of trace ' +
        `${trace}; are all inputs the same?`);
  }
  return {weight: solved.solution.data, ridge};
}

function assertPairs(x: Tensor64, y: Tensor64, inputs: number, outputs: number): void {
  const fits = x.shape.length === 2 && y.shape.length === 2 && x.shape[0] === y.shape[0] &&
      x.shape[0]! >= 1 && x.shape[1] === inputs && y.shape[1] === outputs;
  if (!fits) {
    throw new RangeError(`leastSquares: expected pairs [n, ${inputs}] and [n, ${outputs}], ` +
        `got [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`);
  }
}
