/**
 * Tables from foreign HTML, for example from a notebook's output: what is a plain table comes
 * through, without its inline styles, anything else is refused.
 */
import {escapeHtml} from './escape';

const TAGS = new Set(['table', 'caption', 'thead', 'tbody', 'tr', 'th', 'td', 'br', 'b', 'i', 'sub',
  'sup']);
const TAG = /<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<>]*")*)\s*>/y;
/** A cell like `0.95 [0.94, 0.96]`, which is not broken. */
const INTERVAL_CELL = /<td>([−\d][^<>[\]]{0,20} \[[^<>[\]]{1,40}\])<\/td>/g;
const ENTITY = /&(?:amp|lt|gt|quot|#39|nbsp|#\d{1,6});/y;

/**
 * The one table that `html` is, in the pages' form: attributes are left out, but `scope` and the
 * alignment of numbers, which becomes the class `number`; intervals among text get `interval`.
 * @returns undefined when there is more than a table, a tag that tables do not need, or a text that
 *     is not well-formed: show it as text then.
 */
export function cleanTable(html: string): string | undefined {
  const source = html.trim();
  if (!source.startsWith('<table') || !source.endsWith('</table>')) return undefined;
  const open: string[] = [];
  let clean = '';
  for (let at = 0; at < source.length;) {
    const char = source[at]!;
    if (char === '<') {
      TAG.lastIndex = at;
      const match = TAG.exec(source);
      if (!match || !TAGS.has(match[2]!)) return undefined;
      const [whole, slash, name, attributes] = match as unknown as [string, string, string, string];
      if (slash === '/' ? open.pop() !== name : open.length === 0 && at > 0) return undefined;
      if (slash === '' && name !== 'br') open.push(name);
      clean += slash === '/' ? `</${name}>` : `<${name}${keptAttributes(name, attributes)}>`;
      at += whole.length;
    } else if (char === '&') {
      ENTITY.lastIndex = at;
      const entity = ENTITY.exec(source)?.[0] ?? '&';
      clean += entity === '&' ? '&amp;' : entity;
      at += entity.length;
    } else {
      clean += char === '>' ? '&gt;' : char;
      at += 1;
    }
  }
  if (open.length > 0) return undefined;
  return clean.replace(INTERVAL_CELL, '<td class="interval">$1</td>');
}

function keptAttributes(name: string, attributes: string): string {
  if (name !== 'th' && name !== 'td') return '';
  const scope = /\sscope="(col|row)"/.exec(attributes);
  const number = /\salign="right"|text-align:\s*right/.test(attributes);
  return (scope ? ` scope="${scope[1]}"` : '') + (number ? ' class="number"' : '');
}

/** A table that scrolls in itself where the page is narrow, also by keyboard. */
export function scrollTable(table: string, label: string): string {
  return `<div class="table" role="region" tabindex="0" aria-label="${escapeHtml(label)}">` +
      `${table}</div>`;
}
