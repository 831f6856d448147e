/**
 * What `npm run lint` checks and `npm run format` writes: types, style, and the direction of imports
 * (tools/lint/layers.mjs).
 */
import js from '@eslint/js';
import stylistic from '@stylistic/eslint-plugin';
import {defineConfig, globalIgnores} from 'eslint/config';
import tseslint from 'typescript-eslint';
import {layerConfigs} from './tools/lint/layers.mjs';
import {style} from './tools/lint/style.mjs';

const TYPESCRIPT = ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'];
const SCRIPTS = ['**/*.mjs', '**/*.js', '**/*.cjs'];

export default defineConfig([
  globalIgnores([
    'dist/', 'node_modules/', '.venv/', '.venv-torch/', 'data/', 'runs/', 'sweeps/', 'figures/',
    'native/build/', 'notebooks/',
  ]),
  js.configs.recommended,
  {
    plugins: {'@stylistic': stylistic},
    linterOptions: {reportUnusedDisableDirectives: 'error'},
    rules: {
      ...style,
      eqeqeq: 'error',
      'max-lines': ['error', {max: 250, skipBlankLines: false, skipComments: false}],
      'no-implicit-coercion': 'error',
      'no-restricted-globals': ['error', 'isNaN', 'isFinite'],
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'no-unmodified-loop-condition': 'error',
      'no-unused-vars': ['error', {argsIgnorePattern: '^_', ignoreRestSiblings: true}],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': ['error', {destructuring: 'all'}],
      'prefer-object-has-own': 'error',
    },
  },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {parserOptions: {project: './tsconfig.json'}},
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', {fixStyle: 'separate-type-imports'}],
      '@typescript-eslint/no-confusing-void-expression': ['error', {ignoreArrowShorthand: true}],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/no-unused-vars':
        ['error', {argsIgnorePattern: '^_', ignoreRestSiblings: true}],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: SCRIPTS,
    languageOptions: {globals: {process: 'readonly', console: 'readonly', setTimeout: 'readonly',
      setInterval: 'readonly', clearInterval: 'readonly', clearTimeout: 'readonly',
      Buffer: 'readonly', URL: 'readonly'}},
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {sourceType: 'commonjs', globals: {
      require: 'readonly', module: 'writable', __dirname: 'readonly'}},
  },
  ...layerConfigs,
]);
