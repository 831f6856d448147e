/**
 * Widths of text without a browser: close enough to keep labels apart and margins wide enough.
 * Text may hold Plotly's small markup (`<sub>`, `<b>`, `<br>`).
 */

const NARROW = /[ijlrtfI1.,:;'|!()[\] ]/;
const WIDE = /[mwMW@%–—]/;

/** Text without markup: `D<sub>θ</sub>` reads `Dθ`, a line break reads as a space. */
export function plainText(text: string): string {
  return text.replace(/<br\s*\/?>/g, ' ').replace(/<\/?(sub|sup|b|i|span|a)\b[^>]*>/g, '');
}

/** Estimated width of one line of text, in layout pixels: a little more than Arial takes. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const char of plainText(text)) {
    ems += NARROW.test(char) ? 0.32 : WIDE.test(char) ? 0.86 : /[A-Z]/.test(char) ? 0.68 : 0.555;
  }
  return ems * fontSize;
}

/** Width of the widest line of a text with `<br>`. */
export function blockWidth(text: string, fontSize: number): number {
  return Math.max(...text.split('<br>').map((line) => textWidth(line, fontSize)));
}

/** A space that is not in a tag, next to an equals sign, in brackets, or before them. */
const BREAKS = /(?<!=) (?![^<]*>)(?!=)(?![^[\]]*\])(?!\[)/;

/**
 * Breaks text at spaces so that no line is wider than `maxWidth`, save a single long word.
 * `<br>` in the text stays a break. A tag, `N = 64` and `0.5 [0.4, 0.6]` stay in one piece.
 * @returns the lines; at least one.
 */
export function wrapText(text: string, fontSize: number, maxWidth: number): string[] {
  return text.split('<br>').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(BREAKS)) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && textWidth(longer, fontSize) > maxWidth) {
        lines.push(line);
        line = word;
      } else {
        line = longer;
      }
    }
    return [...lines, line];
  });
}

/** Like `wrapText`, with lines of about one length: no word is left alone on the last. */
export function balanceText(text: string, fontSize: number, maxWidth: number): string[] {
  const lines = wrapText(text, fontSize, maxWidth);
  for (let width = maxWidth * 0.4; width < maxWidth; width += fontSize) {
    const narrow = wrapText(text, fontSize, width);
    if (narrow.length === lines.length && blockWidth(narrow.join('<br>'), fontSize) <= maxWidth) {
      return narrow;
    }
  }
  return lines;
}
