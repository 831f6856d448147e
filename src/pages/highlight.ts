/** Code as HTML with the classes of highlight.js, coloured when the page is made. */
import {createRequire} from 'node:module';
import {escapeHtml} from './escape';

/** What is used of highlight.js: its own types bring a browser's globals into the whole project. */
interface Highlighter {
  registerLanguage(name: string, language: unknown): void;
  getLanguage(name: string): object | undefined;
  highlight(code: string, options: {language: string}): {readonly value: string};
}

const load = createRequire(__filename);
const hljs = load('highlight.js/lib/core') as Highlighter;
for (const name of ['bash', 'json', 'python', 'typescript']) {
  hljs.registerLanguage(name, load(`highlight.js/lib/languages/${name}`));
}

/** @param language a name or alias of one of the four; other code is escaped only. */
export const highlight = (code: string, language: string): string =>
  hljs.getLanguage(language) ? hljs.highlight(code, {language}).value : escapeHtml(code);
