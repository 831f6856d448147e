/** Rules of form: what `npm run format` writes by itself. */

/** Lines that are long because of what they quote. */
const UNBREAKABLE = '^\\s*(?://|\\*).*https?://|^import |^export \\{|data:image/';

/** @type {import('eslint').Linter.RulesRecord} */
export const style = {
  '@stylistic/array-bracket-spacing': ['error', 'never'],
  '@stylistic/arrow-parens': ['error', 'always'],
  '@stylistic/arrow-spacing': 'error',
  '@stylistic/block-spacing': ['error', 'always'],
  '@stylistic/brace-style': ['error', '1tbs', {allowSingleLine: true}],
  '@stylistic/comma-dangle': ['error', {
    arrays: 'only-multiline', objects: 'only-multiline', imports: 'only-multiline',
    exports: 'only-multiline', functions: 'never', enums: 'always-multiline',
    generics: 'never', tuples: 'only-multiline',
  }],
  '@stylistic/comma-spacing': 'error',
  '@stylistic/comma-style': ['error', 'last'],
  '@stylistic/computed-property-spacing': 'error',
  '@stylistic/dot-location': ['error', 'property'],
  '@stylistic/eol-last': 'error',
  '@stylistic/function-call-spacing': 'error',
  '@stylistic/key-spacing': 'error',
  '@stylistic/keyword-spacing': 'error',
  '@stylistic/max-len': ['error', {
    code: 100, ignoreUrls: true, ignoreRegExpLiterals: true, ignorePattern: UNBREAKABLE,
  }],
  '@stylistic/member-delimiter-style': ['error', {singleline: {delimiter: 'semi'}}],
  '@stylistic/new-parens': 'error',
  '@stylistic/no-extra-semi': 'error',
  '@stylistic/no-floating-decimal': 'error',
  '@stylistic/no-mixed-spaces-and-tabs': 'error',
  '@stylistic/no-multi-spaces': ['error', {ignoreEOLComments: true}],
  '@stylistic/no-multiple-empty-lines': ['error', {max: 1, maxBOF: 0, maxEOF: 0}],
  '@stylistic/no-tabs': 'error',
  '@stylistic/no-trailing-spaces': 'error',
  '@stylistic/no-whitespace-before-property': 'error',
  '@stylistic/object-curly-spacing': ['error', 'never'],
  '@stylistic/padded-blocks': ['error', 'never'],
  '@stylistic/quote-props': ['error', 'as-needed'],
  '@stylistic/quotes': ['error', 'single', {avoidEscape: true, allowTemplateLiterals: 'always'}],
  '@stylistic/rest-spread-spacing': 'error',
  '@stylistic/semi': 'error',
  '@stylistic/semi-spacing': 'error',
  '@stylistic/space-before-blocks': 'error',
  '@stylistic/space-before-function-paren':
    ['error', {anonymous: 'never', named: 'never', asyncArrow: 'always', catch: 'always'}],
  '@stylistic/space-in-parens': 'error',
  '@stylistic/space-infix-ops': 'error',
  '@stylistic/space-unary-ops': 'error',
  '@stylistic/spaced-comment': ['error', 'always', {block: {balanced: true}}],
  '@stylistic/template-curly-spacing': 'error',
  '@stylistic/type-annotation-spacing': 'error',
  '@stylistic/type-generic-spacing': 'error',
};
