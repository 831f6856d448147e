/**
 * Linear regression y ~ W x + b from a stream of pairs: first and second moments in float64, then
 * W = Cov(y, x) Cov(x)⁻¹ and b = mean(y) - W mean(x). Memory does not grow with the pairs.
 */
import {matrix64, solveSpd64, transpose64} from '../backend/float64';
import type {Matrix64, SpdSolution64} from '../backend/float64';
import {
  add64, constant64, dispose64, keep64, matMul64, mul64, read64, scalar64, square64, sub64, sum64,
  tidy64,
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
  let count = 0;
  let shift: Tensor64[] = []; // The first batch's means: keeps the sums small.
  let sums: Tensor64[] = []; // of x, y, xᵀx, xᵀy, y².
  return {
    add(x, y) {
      const n = x.shape[0]!;
      assertPairs(x, y, inputs, outputs);
      const [newShift, newSums] = tidy64(() => {
        const centre = shift.length > 0 ? shift : [meanRow(x), meanRow(y)];
        const parts = momentsOf(sub64(x, centre[0]!), sub64(y, centre[1]!));
        const added = sums.length > 0 ? parts.map((part, i) => add64(sums[i]!, part)) : parts;
        return [centre.map(keep64), added.map(keep64)];
      });
      sums.forEach(dispose64);
      [shift, sums, count] = [newShift!, newSums!, count + n];
    },
    solve() {
      if (count === 0) throw new Error('leastSquares: expected at least one pair, got none');
      return solveMoments(count, shift.map(read64), sums.map(read64));
    },
    dispose() {
      [...shift, ...sums].forEach(dispose64);
      [shift, sums, count] = [[], [], 0];
    },
  };
}

/**
 * The regression of given pairs.
 * @param x `[n, inputs]` row by row.
 * @param y `[n, outputs]` row by row.
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

function momentsOf(x: Tensor64, y: Tensor64): Tensor64[] {
  return [
    sum64(x, 0), sum64(y, 0), matMul64(x, x, {transposeA: true}),
    matMul64(x, y, {transposeA: true}), sum64(sum64(square64(y), 0), 1),
  ];
}

const meanRow = (rows: Tensor64): Tensor64 => mul64(sum64(rows, 0), scalar64(1 / rows.shape[0]!));

function solveMoments(
    n: number, shift: readonly Float64Array[], sums: readonly Float64Array[]):
    LeastSquaresSolution {
  const [meanX, meanY] = [sums[0]!, sums[1]!].map((sum) => sum.map((value) => value / n));
  const [inputs, outputs] = [meanX!.length, meanY!.length];
  const xx = matrix64(inputs, inputs, sums[2]!.map((value, at) =>
      value / n - meanX![Math.floor(at / inputs)]! * meanX![at % inputs]!));
  const xy = matrix64(inputs, outputs, sums[3]!.map((value, at) =>
      value / n - meanX![Math.floor(at / outputs)]! * meanY![at % outputs]!));
  const {solution, ridge} = solveWithRidge(xx, xy);
  const {data: weight} = transpose64(solution);
  const bias = meanY!.map((value, o) => {
    let sum = value + shift[1]![o]!;
    for (let i = 0; i < inputs; i++) {
      sum -= weight[o * inputs + i]! * (meanX![i]! + shift[0]![i]!);
    }
    return sum;
  });
  // E|y - W x - b|² = tr Cov(y) - tr W Cov(x, y) - ridge |W|².
  let squares = sums[4]![0]! / n;
  for (const value of meanY!) squares -= value * value;
  solution.data.forEach((w, at) => { squares -= w * (xy.data[at]! + ridge * w); });
  if (!Number.isFinite(squares)) {
    throw new Error('leastSquares: expected finite targets, got NaN or infinite ones');
  }
  return {weight, bias, mse: Math.max(squares, 0) / outputs, ridge, count: n};
}

function solveWithRidge(a: Matrix64, b: Matrix64): {solution: Matrix64; ridge: number} {
  const n = a.rows;
  const clear = (solved: SpdSolution64 | undefined): boolean =>
      solved !== undefined && solved.smallestPivot > 16 * n * Number.EPSILON;
  const exact = solveSpd64(a, b);
  if (clear(exact)) return {solution: exact!.solution, ridge: 0};
  let trace = 0;
  for (let i = 0; i < n * n; i += n + 1) trace += a.data[i]!;
  const ridge = RIDGE * trace / n;
  const raised = a.data.map((value, at) => at % (n + 1) === 0 ? value + ridge : value);
  const solved = solveSpd64(matrix64(n, n, raised), b);
  if (!clear(solved)) {
    throw new Error('leastSquares: expected inputs that vary, got a covariance of trace ' +
        `${trace}; are all inputs the same?`);
  }
  return {solution: solved!.solution, ridge};
}

function assertPairs(x: Tensor64, y: Tensor64, inputs: number, outputs: number): void {
  const fits = x.shape.length === 2 && y.shape.length === 2 && x.shape[0] === y.shape[0] &&
      x.shape[0]! >= 1 && x.shape[1] === inputs && y.shape[1] === outputs;
  if (!fits) {
    throw new RangeError(`leastSquares: expected pairs [n, ${inputs}] and [n, ${outputs}], ` +
        `got [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`);
  }
}
