/**
 * A whole HTML document that asks nothing of a network: one file with all that it needs, or a file
 * beside a folder of shared assets (`writePageAssets`) that also opens from a disk.
 */
import {inlineAssets, linkedAssets} from './assets';
import {escapeHtml} from './escape';

export interface HtmlPageOptions {
  /** Title of the window; plain text. */
  readonly title: string;
  /** What the page is, in a sentence; plain text. */
  readonly description: string;
  /** HTML of the body, made with the blocks of this folder. */
  readonly body: string;
  /** Further HTML for the head (default none). */
  readonly head?: string;
  /**
   * `'inline'`: fonts, styles and scripts in the page itself, about 0.1 MB, and 1.5 MB more when it
   * has live figures. A folder: its address relative to the page, filled by `writePageAssets`.
   */
  readonly assets: 'inline' | {readonly folder: string};
}

// A bell curve; browsers would otherwise look for a favicon.ico.
const ICON = 'data:image/svg+xml,' + encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M2 27C11 27 11 5 16 5' +
    's5 22 14 22" fill="none" stroke="#0072B2" stroke-width="3.5" stroke-linecap="round"/></svg>');

/**
 * The document. Plotly and the styles of maths come along only when the body has figures or maths.
 * A content security policy forbids every request to elsewhere, and in a page with linked assets
 * every script that is not one of them.
 * @example htmlPage({title: 'A run', description: 'Loss and samples', body, assets: 'inline'})
 */
export function htmlPage(
    {title, description, body, head = '', assets}: HtmlPageOptions): string {
  const inline = assets === 'inline';
  const {styles, scripts} = inline ? inlineAssets(body) : linkedAssets(body, assets.folder);
  const own = inline ? '\'unsafe-inline\'' : '\'self\' file:';
  const policy = 'default-src \'none\'; img-src \'self\' file: data: blob:; ' +
      `font-src 'self' file: data:; style-src 'self' file: 'unsafe-inline'; script-src ${own}; ` +
      'base-uri \'none\'; form-action \'none\'';
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    `<meta name="description" content="${escapeHtml(description)}">`,
    '<meta name="color-scheme" content="light">',
    `<link rel="icon" href="${ICON}">`,
    styles,
    head,
    '</head>',
    '<body>',
    body,
    scripts,
    '</body>',
    '</html>',
    '',
  ].filter((line, i, {length}) => line !== '' || i === length - 1).join('\n');
}
