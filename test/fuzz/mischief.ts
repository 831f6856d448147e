/** A target that refuses all and fails on inputs with a 7 in them, for tests of the search. */
import type {Target} from './target';

export const target: Target = {
  layers: () => [{name: 'zeros', seeds: [Buffer.alloc(100)], refused: true}],
  parse(bytes) {
    if (bytes.includes(7)) throw new TypeError('x.y is not a function');
    throw new Error(`some: ${bytes.length} bytes`);
  },
  refusal: /^some: /,
};
