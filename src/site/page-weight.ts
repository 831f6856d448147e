/** What a page weighs with all that it loads. */
import {readFileSync, statSync} from 'node:fs';
import * as path from 'node:path';

/** Most bytes of a page with its styles, fonts, scripts and pictures. */
export const MAX_PAGE_BYTES = 8_000_000;

/**
 * Bytes of a page and of every file that it can load: pictures, scripts, styles, and what these
 * name; each file once.
 * @throws Error if one of them does not exist.
 */
export function pageBytes(file: string): number {
  const seen = new Set<string>();
  const add = (name: string): number => {
    if (seen.has(name)) return 0;
    seen.add(name);
    const own = statSync(name).size;
    const loads = name.endsWith('.html') ? loadsOfPage(readFileSync(name, 'utf8')) :
      name.endsWith('.css') ? loadsOfStyle(readFileSync(name, 'utf8')) : [];
    return own + loads.filter((address) => !address.startsWith('data:'))
        .map((address) => add(path.resolve(path.dirname(name), decodeURIComponent(address))))
        .reduce((sum, bytes) => sum + bytes, 0);
  };
  return add(path.resolve(file));
}

const loadsOfPage = (html: string): string[] => [
  ...html.matchAll(/<(?:img|script)\b[^>]*\ssrc="([^"]*)"/g),
  ...html.matchAll(/<link\b[^>]*\srel="stylesheet"[^>]*\shref="([^"]*)"/g),
].map((match) => match[1]!);

const loadsOfStyle = (css: string): string[] =>
  [...css.matchAll(/url\(["']?([^"')]+)["']?\)/g)].map((match) => match[1]!);

/**
 * Checks a page of the site.
 * @param shown the page's name in the message.
 * @throws RangeError with the page's size when it is beyond `most`.
 */
export function checkWeight(file: string, shown: string, most = MAX_PAGE_BYTES): number {
  const bytes = pageBytes(file);
  if (bytes > most) {
    throw new RangeError(`${shown}: expected a page of at most ${most / 1e6} MB with all that it ` +
        `loads, got ${(bytes / 1e6).toFixed(1)} MB; show fewer images or points in its figures`);
  }
  return bytes;
}
