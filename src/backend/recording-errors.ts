/** What can go wrong while a function is recorded, in words. */
import {callSite} from './call-site';
import {AttributeKind} from './raw-op';
import type {OpAttribute} from './raw-op';

/** Ops whose results have as many elements as the values say: the recorded shapes would be lies. */
const SHAPE_BY_VALUE = new Set([
  'Where', 'Unique', 'UniqueV2', 'UniqueWithCounts', 'UniqueWithCountsV2', 'ListDiff',
  'DynamicPartition', 'NonMaxSuppression', 'NonMaxSuppressionV2', 'NonMaxSuppressionV3',
  'NonMaxSuppressionV4', 'NonMaxSuppressionV5',
]);

/** Ops that write to files: a graph would leave them out, because nothing needs their results. */
const SIDE_EFFECT = /Summary/;

const LISTS = new Set<number>([AttributeKind.int, AttributeKind.float, AttributeKind.type]);

export interface RecordingErrors {
  /** For a tensor from outside, used by `op` or returned. */
  outside(op?: string): Error;
  /** For a value that was read of a tensor from `origin`; undefined for one from outside. */
  read(origin?: {readonly label: string}): Error;
  text(): Error;
  nested(): Error;
  /** @throws Error for an op that a graph cannot hold. */
  assertHoldable(op: string, attributes: readonly OpAttribute[]): void;
  /** @throws Error the first of these errors, also if the function caught it. */
  assertNone(): void;
}

/** The errors of one recording. Each notes the user's line when it is made. */
export function recordingErrors(where: string): RecordingErrors {
  let first: Error | undefined;
  const note = (expected: string, got: string, advice: string): Error => {
    const error = new Error(`${where}: expected ${expected}, got ${got}; ${advice}`);
    first ??= error;
    return error;
  };
  return {
    outside: (op) => note('tensors of the traced function alone',
        `one that was made outside (${op === undefined ? 'returned to the call' :
          `used by ${op}`} at ${callSite()})`,
        'pass it as an input or keep it in the state'),
    read: (origin) => note('no values to be read while the function is recorded',
        `a read (dataSync, data(), arraySync, print or an \`if\`) of ` +
        `${origin?.label ?? 'a tensor that was made outside'} at ${callSite()}`,
        'return the tensor as an output and read it outside; choose between values with tf.where'),
    text: () => note('numbers and booleans', `a text constant at ${callSite()}`,
        'keep text outside'),
    nested: () => note('ops alone', `a call of another traced function or model at ${callSite()}`,
        'call its plain function instead'),
    assertHoldable(op, attributes) {
      const got = (): string => `${op} at ${callSite()}`;
      if (SHAPE_BY_VALUE.has(op)) {
        throw note('ops whose shapes do not depend on values', got(),
            'run it outside, or use a mask of fixed shape');
      }
      if (SIDE_EFFECT.test(op)) throw note('ops without side effects', got(), 'run it outside');
      const list = attributes.find(({type, value}) =>
        Array.isArray(value) && type !== AttributeKind.shape && !LISTS.has(type));
      if (list !== undefined) {
        throw note('attributes that are numbers, types, text, shapes or lists of numbers and types',
            `${list.name} of ${got()}`, 'run the op outside');
      }
    },
    assertNone() {
      if (first !== undefined) throw first;
    },
  };
}
