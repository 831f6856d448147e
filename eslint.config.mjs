/**
 * What `npm run lint` checks and `npm run format` writes: types, form (tools/lint/style.mjs), and the
 * direction of imports (tools/lint/layers.mjs).
 */
import js from '@eslint/js';
import stylistic from '@stylistic/eslint-plugin';
import {defineConfig, globalIgnores} from 'eslint/config';
import tseslint from 'typescript-eslint';
import {layerConfigs} from './tools/lint/layers.mjs';
import {style} from './tools/lint/style.mjs';

const TYPESCRIPT = ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'];
const UNUSED = ['error', {argsIgnorePattern: '^_', ignoreRestSiblings: true}];
const NODE_GLOBALS = Object.fromEntries([
  'AbortController', 'AbortSignal', 'Buffer', 'URL', 'clearInterval', 'clearTimeout', 'console',
  'fetch', 'performance', 'process', 'setInterval', 'setTimeout', 'structuredClone',
].map((name) => [name, 'readonly']));
/** What is any stays any: TensorFlow's protobuf classes have no types, JSON of a test needs none. */
const UNTYPED = Object.fromEntries([
  'no-explicit-any', 'no-require-imports', 'no-unsafe-argument', 'no-unsafe-assignment',
  'no-unsafe-call', 'no-unsafe-member-access', 'no-unsafe-return',
].map((name) => [`@typescript-eslint/${name}`, 'off']));
/** Longer than 250 lines, and why not split. */
const LONG_FILES = [
  'src/index.ts', // the list of public names
  'test/cli/runs.test.ts', 'test/store/run-store.test.ts', 'test/store/safetensors.test.ts',
];

export default defineConfig([
  globalIgnores([
    'dist/', '.venv/', '.venv-torch/', '.setup/', 'data/', 'runs/', 'sweeps/', 'figures/',
    'native/build/', 'notebooks/', 'examples/runs/',
  ]),
  js.configs.recommended,
  {
    plugins: {'@stylistic': stylistic},
    linterOptions: {reportUnusedDisableDirectives: 'error'},
    rules: {
      ...style,
      eqeqeq: 'error',
      'max-lines': ['error', {max: 250, skipComments: true}],
      'no-control-regex': 'off', // control characters are what these expressions are about
      'no-implicit-coercion': 'error',
      'no-regex-spaces': 'off', // tables are tested as they are printed
      'no-restricted-globals': ['error', 'isNaN', 'isFinite'],
      'no-self-compare': 'error',
      'no-unused-vars': UNUSED,
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': ['error', {destructuring: 'all'}],
      'prefer-object-has-own': 'error',
    },
  },
  {files: LONG_FILES, rules: {'max-lines': 'off'}},
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {parserOptions: {project: './tsconfig.json'}},
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', {fixStyle: 'separate-type-imports', disallowTypeAnnotations: false}],
      '@typescript-eslint/no-confusing-void-expression':
        ['error', {ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true}],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-floating-promises': ['error', {allowForKnownSafeCalls: [
        {from: 'package', package: 'node:test', name: ['test', 'describe', 'it', 'suite']},
      ]}],
      '@typescript-eslint/no-require-imports': ['error', {allowAsImport: true}],
      // TensorFlow's functions are generic in the rank: the cast is where the shape is stated.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unused-vars': UNUSED,
      '@typescript-eslint/only-throw-error': ['error', {allowThrowingUnknown: true}],
      '@typescript-eslint/prefer-readonly': 'error',
      // Shapes and positions read well as 1,28,28.
      '@typescript-eslint/restrict-template-expressions':
        ['error', {allowArray: true, allowBoolean: true, allowNever: true, allowNumber: true}],
      // A function may be async for its interface alone.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check':
        ['error', {considerDefaultExhaustiveForUnions: true}],
      // Factories make plain records, whose functions use no `this`.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['src/backend/**', 'test/**', 'bench/**'],
    rules: {...UNTYPED, '@typescript-eslint/restrict-template-expressions': 'off'},
  },
  {
    files: ['test/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/no-misused-promises': ['error', {checksVoidReturn: {arguments: false}}],
    },
  },
  {
    files: ['test/fuzz/misbehaving.ts'], // does on purpose what the judge of fuzzing has to see
    rules: {'@typescript-eslint/only-throw-error': 'off'},
  },
  {files: ['**/*.mjs', '**/*.js', '**/*.cjs'], languageOptions: {globals: NODE_GLOBALS}},
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {require: 'readonly', module: 'writable', __dirname: 'readonly'},
    },
  },
  ...layerConfigs,
]);
