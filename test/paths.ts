/** Where the project is, for tests that need no TensorFlow. */
import * as path from 'node:path';

/** The repository root, from `dist/test`. */
export const ROOT = path.resolve(__dirname, '..', '..');
