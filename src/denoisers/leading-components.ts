/**
 * The k leading eigenvectors of a covariance S without the others, by block Lanczos: products with
 * S take random directions Q to S Q, S² Q, ..., each block made orthonormal to all before it. The
 * eigenvectors of QᵀSQ, turned back, are those of S once the residuals |S u - l u| vanish. Where
 * the k-th does not stand out from those after it this takes too many directions; then S is
 * decomposed whole.
 */
import {matmul64, matrix64, uploadMatrix64} from '../backend/float64';
import type {Matrix64} from '../backend/float64';
import {createRng} from '../backend/rng';
import type {SymmetricEigen64} from '../backend/symmetric-eigen';
import {constant64, dispose64, keep64, matMul64, read64, tidy64} from '../backend/tensor64';

export interface LeadingComponents {
  /** Largest first, `[k]`; fewer where S has fewer above rounding. */
  readonly eigenvalues: Float64Array;
  /** As columns. */
  readonly eigenvectors: Matrix64;
}

/** The search ends when every residual is below this part of the largest eigenvalue. */
const TOLERANCE = 1e-9;
/** Directions in which S is below this part of its largest eigenvalue are rounding. */
const ROUNDING = 1e-13;
/** First look at the residuals, in multiples of k; the next, in multiples of the directions. */
const [FIRST_LOOK, NEXT_LOOK] = [2, 1.25];
/** Directions, in multiples of k or of D, beyond which the whole decomposition is faster. */
const [MOST_OF_K, MOST_OF_D] = [4, 1 / 4];
/** Columns of a block: enough of them for products to run at full speed. */
const blockOf = (k: number): number => Math.max(8, Math.min(128, Math.ceil(k / 4)));

/**
 * Searches the leading eigenvectors. It yields symmetric matrices and is to be given their
 * eigenvectors.
 * @param covariance S, `[D, D]`; may be yielded itself.
 * @param k how many; beyond D / 8 or so all of them are found faster.
 */
export function* leadingComponents(covariance: Float64Array, D: number, k: number):
    Generator<Matrix64, LeadingComponents, SymmetricEigen64> {
  const held = keep64(constant64(covariance, [D, D]));
  const rng = createRng(0).fork('leading-components');
  const random = (cols: number): Matrix64 =>
      matrix64(D, cols, Float64Array.from({length: D * cols}, () => rng.uniform() - 0.5));
  const apply = (columns: Matrix64): Matrix64 => matrix64(D, columns.cols,
      tidy64(() => read64(matMul64(held, uploadMatrix64(columns)))));
  const blocks: Matrix64[] = []; // Q
  const products: Matrix64[] = []; // S Q
  try {
    const width = Math.min(D, blockOf(k));
    let look = FIRST_LOOK * k;
    const most = Math.max(look, Math.min(MOST_OF_K * k, MOST_OF_D * D));
    let next: Matrix64 | undefined = yield* orthonormal(random(width), 0);
    for (;;) {
      let complete = next === undefined;
      if (next !== undefined) {
        blocks.push(next);
        products.push(apply(next));
        // Directions that S takes to nothing, orthogonal to all others: S has no more.
        complete = norm(products.at(-1)!) <= ROUNDING * norm(products[0]!);
      }
      const found = blocks.reduce((sum, {cols}) => sum + cols, 0);
      complete ||= found >= D;
      if (complete || found >= look) {
        const {leading, residual} = yield* ritz(blocks, products, k);
        if (complete || residual <= TOLERANCE * leading.eigenvalues[0]!) return leading;
        if (found >= most) break;
        look = NEXT_LOOK * found;
      }
      const floor = (ROUNDING * norm(products[0]!)) ** 2;
      next = yield* orthonormal(without(blocks, products.at(-1)!), floor);
      // An eigenvalue may occur more often than a block is wide: other directions, at random.
      next ??= yield* orthonormal(without(blocks, random(width)), 1e-20);
      // Columns that rounding had a share in become exact when it is done once more.
      if (next !== undefined) next = yield* orthonormal(without(blocks, next), 0.1);
    }
  } finally {
    dispose64(held);
  }
  const {values, vectors} = yield matrix64(D, D, covariance);
  return {
    eigenvalues: values.slice(0, k).map((value) => Math.max(value, 0)),
    eigenvectors: firstColumns(vectors, k),
  };
}

/** `columns` less their part along the blocks, taken off twice: once leaves rounding. */
function without(blocks: readonly Matrix64[], columns: Matrix64): Matrix64 {
  const rest = matrix64(columns.rows, columns.cols, columns.data.slice());
  for (let turn = 0; turn < 2; turn++) {
    for (const block of blocks) {
      const {data} = matmul64(block, matmul64(block, rest, {transposeA: true}));
      for (let at = 0; at < data.length; at++) rest.data[at]! -= data[at]!;
    }
  }
  return rest;
}

/** The same span in orthonormal columns; of a squared length up to `floor` a column is left out. */
function* orthonormal(columns: Matrix64, floor: number):
    Generator<Matrix64, Matrix64 | undefined, SymmetricEigen64> {
  const {values, vectors} = yield matmul64(columns, columns, {transposeA: true});
  const kept = values.filter((value) => value > Math.max(floor, 1e-24 * values[0]!)).length;
  if (kept === 0) return undefined;
  const turn = firstColumns(vectors, kept, (c) => 1 / Math.sqrt(values[c]!));
  return matmul64(columns, turn);
}

/** The best eigenvectors within the span of the blocks, and their largest residual. */
function* ritz(blocks: readonly Matrix64[], products: readonly Matrix64[], k: number):
    Generator<Matrix64, {leading: LeadingComponents; residual: number}, SymmetricEigen64> {
  const [basis, moved] = [beside(blocks), beside(products)];
  const inner = matmul64(basis, moved, {transposeA: true});
  const n = inner.rows;
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < r; c++) inner.data[c * n + r] = inner.data[r * n + c]!;
  }
  const {values, vectors} = yield inner;
  const floor = values[0]! * basis.rows * Number.EPSILON;
  const count = Math.max(1, Math.min(k, values.filter((value) => value > floor).length));
  const turn = firstColumns(vectors, count);
  const eigenvectors = matmul64(basis, turn);
  const squares = new Float64Array(count);
  const {data} = matmul64(moved, turn);
  for (let at = 0; at < data.length; at++) {
    const c = at % count;
    squares[c]! += (data[at]! - values[c]! * eigenvectors.data[at]!) ** 2;
  }
  const eigenvalues = values.slice(0, count).map((value) => Math.max(value, 0));
  return {
    leading: {eigenvalues, eigenvectors},
    residual: Math.sqrt(squares.reduce((a, b) => Math.max(a, b))),
  };
}

/** The matrices side by side. */
function beside(parts: readonly Matrix64[]): Matrix64 {
  const rows = parts[0]!.rows;
  const whole = matrix64(rows, parts.reduce((sum, {cols}) => sum + cols, 0));
  let left = 0;
  for (const {cols, data} of parts) {
    for (let r = 0; r < rows; r++) {
      whole.data.set(data.subarray(r * cols, (r + 1) * cols), r * whole.cols + left);
    }
    left += cols;
  }
  return whole;
}

/** The first columns of a matrix, each times a factor. */
function firstColumns(
    {rows, cols, data}: Matrix64, count: number, factor: (c: number) => number = () => 1):
    Matrix64 {
  const first = matrix64(rows, count);
  for (let c = 0; c < count; c++) {
    const scale = factor(c);
    for (let r = 0; r < rows; r++) first.data[r * count + c] = data[r * cols + c]! * scale;
  }
  return first;
}

/** Root of the sum of squares. */
const norm = ({data}: Matrix64): number =>
    Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
