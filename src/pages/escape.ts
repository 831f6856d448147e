/** Foreign text in HTML: as text, in an attribute, and as JSON inside a script element. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;',
};

/** Text as HTML, safe between tags and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);

/**
 * A value as JSON that can stand in a `<script>` element: nothing in it ends the element or opens a
 * comment (HTML Standard, "Restrictions for contents of script elements"), and `JSON.parse` gives
 * the value back.
 */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * JavaScript that can stand in a `<script>` element. In strings and regular expressions, the only
 * places where these occur in a bundle, the backslash changes nothing.
 */
export const scriptCode = (code: string): string =>
  code.replace(/<(\/script|!--)/gi, '<\\$1');
