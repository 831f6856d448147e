/** The styles and fonts of typeset maths (package katex, MIT), as files or as one text. */
import {readFileSync} from 'node:fs';
import * as path from 'node:path';

/** A body with this in it holds typeset maths. */
export const MATHS_MARK = 'class="katex';

const folder = (): string => path.dirname(require.resolve('katex/dist/katex.min.css'));

/**
 * KaTeX's styles, its fonts as WOFF2 only, which every browser reads.
 * @param address of a font, from its name, for `url()`.
 * @returns the styles and the names of the fonts they load.
 */
export function mathsStyle(address: (font: string) => string): {css: string; fonts: string[]} {
  const fonts: string[] = [];
  const css = readFileSync(path.join(folder(), 'katex.min.css'), 'utf8')
      .replace(/src:url\(fonts\/([\w-]+\.woff2)\)[^;}]*/g, (_, font: string) => {
        fonts.push(font);
        return `src:url(${address(font)}) format("woff2")`;
      });
  return {css, fonts};
}

/** Where the package has a font. */
export const mathsFont = (font: string): string => path.join(folder(), 'fonts', font);
