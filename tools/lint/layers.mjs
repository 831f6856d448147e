/**
 * Imports point one way (CONTRIBUTING.md): a folder of src uses the folders of its own layer and of
 * those before it, and the plain files of src itself. Types may come from anywhere. A folder that is
 * not in the list is under no rule, so put a new one in.
 */
import tseslint from 'typescript-eslint';

export const LAYERS = [
  ['store'],
  ['backend'],
  ['figures', 'tables', 'progress', 'pages'],
  ['data', 'denoisers', 'networks', 'sampling', 'models'],
  ['analysis', 'training'],
  ['setup'],
  ['experiments'],
  ['reports', 'sweeps', 'site'],
  ['cli'],
];

const RULE = '@typescript-eslint/no-restricted-imports';

/** @param {string[]} folders @param {string} message */
const pattern = (folders, message) => ({
  regex: `^\\.\\./(?:\\.\\./)*(?:${folders.join('|')})(?:/|$)`, allowTypeImports: true, message,
});

const oneWay = LAYERS.slice(0, -1).map((layer, i) => ({
  files: layer.map((folder) => `src/${folder}/**/*.ts`),
  plugins: {'@typescript-eslint': tseslint.plugin},
  rules: {[RULE]: ['error', {patterns: [
    pattern(LAYERS.slice(i + 1).flat(), `src/${layer.join(', src/')} come before it`),
  ]}]},
}));

/** What loads TensorFlow, which takes a second: code that builds figures does without. */
const withoutTensorflow = {
  files: ['src/figures/**/*.ts'],
  ignores: ['src/figures/export.ts'], // writes tables, which danfojs makes with TensorFlow
  plugins: {'@typescript-eslint': tseslint.plugin},
  rules: {[RULE]: ['error', {patterns: [
    pattern(LAYERS.slice(3).flat(), 'code that builds figures comes before it'),
    pattern(['backend', 'tables/create-table', 'tables/table-to-csv'],
        'code that builds figures loads no TensorFlow'),
    {group: ['@tensorflow/*', 'danfojs-node'], allowTypeImports: true,
      message: 'code that builds figures loads no TensorFlow'},
  ]}]},
};

export const layerConfigs = [...oneWay, withoutTensorflow];
