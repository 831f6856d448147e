/**
 * Imports point one way (CONTRIBUTING.md): a folder of src uses the folders of its own layer and of
 * those before it, and the plain files of src itself. Types may come from anywhere.
 */
import {readdirSync} from 'node:fs';
import path from 'node:path';
import tseslint from 'typescript-eslint';

export const LAYERS = [
  ['store'],
  ['backend'],
  ['figures', 'tables', 'progress', 'pages'],
  ['data', 'denoisers', 'networks', 'sampling', 'models'],
  ['analysis', 'training'],
  ['setup'],
  ['experiments'],
  ['reports', 'notebooks', 'sweeps', 'site'],
  ['cli'],
];

const src = path.resolve(import.meta.dirname, '..', '..', 'src');
for (const entry of readdirSync(src, {withFileTypes: true})) {
  if (entry.isDirectory() && !LAYERS.flat().includes(entry.name)) {
    throw new Error('tools/lint/layers.mjs: expected every folder of src in a layer, ' +
        `src/${entry.name} is in none; put it where its imports allow`);
  }
}

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
