/** The Markdown of notebooks as HTML: code highlighted and maths typeset here, links checked. */
import mathsPlugin from '@vscode/markdown-it-katex';
import katex from 'katex';
import MarkdownIt from 'markdown-it';
import {highlight} from '../pages/highlight';

export interface MarkdownOptions {
  /** The address in the page for one of the Markdown. @throws Error if there is none. */
  readonly link: (address: string) => string;
}

/** A heading of a page. */
export interface Heading {
  readonly level: number;
  readonly id: string;
  /** Inline HTML. */
  readonly html: string;
  /** Plain text, maths as it is written in TeX. */
  readonly text: string;
}

export interface Markdown {
  /** The HTML of a text; its headings are added to `headings`. */
  render(text: string): string;
  /** All headings so far. */
  readonly headings: readonly Heading[];
  /** The first paragraph so far, as plain text; empty before it. */
  summary(): string;
}

/** Ids of a page's other elements. */
const RESERVED = /^(cell|figure)-|^$/;

/**
 * Makes the renderer of one page: no two headings of it have one id. HTML in the Markdown is text.
 * @throws Error from `render` for maths that KaTeX does not know.
 */
export function createMarkdown({link}: MarkdownOptions): Markdown {
  const used = new Set<string>();
  const headings: Heading[] = [];
  let summary = '';
  const slug = (title: string): string => {
    const words = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
    const base = RESERVED.test(words) ? `section-${words}` : words;
    let unique = base;
    for (let i = 2; used.has(unique); i++) unique = `${base}-${i}`;
    used.add(unique);
    return unique;
  };
  // The plugin would print an error and go on.
  const problems: string[] = [];
  const renderToString: typeof katex.renderToString = (tex, options) => {
    try {
      return katex.renderToString(tex, {...options, throwOnError: true});
    } catch (error) {
      problems.push((error as Error).message);
      return '';
    }
  };
  // What may scroll in itself, code and formulas, can be reached by keyboard.
  const code = (text: string, language: string): string =>
    `<pre tabindex="0"><code>${highlight(text, language)}</code></pre>`;
  const md = new MarkdownIt({html: false, highlight: code})
      .use(mathsPlugin, {katex: {...katex, renderToString}});
  // An address that leads nowhere is an error of the notebook, and no text: `link` judges all.
  md.validateLink = () => true;
  md.core.ruler.push('links', ({tokens}) => {
    for (const token of tokens.flatMap(({children}) => children ?? [])) {
      const key = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : undefined;
      if (key !== undefined) token.attrSet(key, link(token.attrGet(key) ?? ''));
    }
  });
  const render = (text: string): string => {
    const environment = {};
    const tokens = md.parse(text, environment);
    tokens.forEach((token, i) => {
      if (token.type === 'paragraph_open' && summary === '') {
        summary = plainText(tokens[i + 1]!.children ?? []);
      }
      if (token.type !== 'heading_open') return;
      const parts = tokens[i + 1]!.children ?? [];
      const id = slug(parts.map(({type, content}) => type === 'text' ? content : ' ').join(''));
      token.attrSet('id', id);
      headings.push({
        level: Number(token.tag.slice(1)), id,
        html: md.renderer.render(parts, md.options, environment), text: plainText(parts),
      });
    });
    const html = md.renderer.render(tokens, md.options, environment);
    if (problems.length > 0) throw new Error(problems.splice(0).join('; '));
    return html.replaceAll('<p class="katex-block">', '<p class="katex-block" tabindex="0">');
  };
  return {render, headings, summary: () => summary};
}

const plainText = (parts: readonly {readonly type: string; readonly content: string}[]): string =>
  parts.map(({type, content}) => type === 'softbreak' ? ' ' : content).join('').trim();
