/**
 * Words of foreign files in messages. A name in an archive may be long, or hold control characters
 * that a terminal obeys, or marks that turn the direction of a line.
 */

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with `\u001b` and the like for what cannot be seen, cut off after `most` characters. */
export const printable = (text: string, most = Infinity): string =>
    cut(cut(text, most).replace(UNSEEN, (unseen) => Array.from({length: unseen.length}, (_, i) =>
      `\\u${unseen.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')), most);

/** As JSON writes the text, and printable; cut off after `most` characters. */
export const quoted = (text: string, most = 200): string =>
    printable(JSON.stringify(cut(text, most)));

/** As `quoted`, without the quotes. */
export const shown = (text: string, most?: number): string => quoted(text, most).slice(1, -1);

/** The items; of more than 20, the first and `5 more`. */
export const firstFew = (items: readonly string[], most = 20): readonly string[] =>
    items.length > most ? [...items.slice(0, most), `${items.length - most} more`] : items;

const cut = (text: string, most: number): string =>
    text.length > most ? `${text.slice(0, most)}…` : text;
