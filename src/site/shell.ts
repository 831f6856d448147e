/** What all pages of the site share: the line on top, the foot, and where their files are. */
import {escapeHtml} from '../pages/escape';
import {htmlPage} from '../pages/page';

/** Folders and files of the site, as addresses from its pages. */
export const ASSETS = './assets';
export const PICTURES = './pictures';
export const NUMBERS = './numbers';
export const SITE_STYLE_FILE = 'site.css';

/** A page in the line on top. */
export interface SitePage {
  /** Name of its file, without extension. */
  readonly name: string;
  /** Its title as inline HTML, and as plain text. */
  readonly html: string;
  readonly title: string;
}

export interface Site {
  /** The notebooks' pages, in their order. */
  readonly pages: readonly SitePage[];
  /** Whether there is a documentation of the API at `api/index.html`. */
  readonly api: boolean;
  /** What all of it was seen on, for example `Fashion-MNIST 16×16, profile quick`. */
  readonly data: string;
}

/** `II` of the title `II. Emerging linearity`; a title without a numeral is shown whole. */
export const numeral = (title: string): string => /^([IVX]+)\. /.exec(title)?.[1] ?? title;

function banner({pages, api}: Site, current: string): string {
  const here = (name: string): string => name === current ? ' aria-current="page"' : '';
  const links = pages.map(({name, title}) =>
    `<a href="${encodeURIComponent(name)}.html"${here(name)} title="${escapeHtml(title)}" ` +
    `aria-label="Notebook ${escapeHtml(title)}">${escapeHtml(numeral(title))}</a>`);
  if (api) links.push('<a href="api/index.html">API</a>');
  return '<a class="skip" href="#main">To the content</a>' +
      `<header class="banner"><a class="brand" href="index.html"${here('index')}>` +
      'hidden-gaussian</a>' +
      '<nav aria-label="Pages"><span class="label">Notebooks</span>' +
      `${links.join('')}</nav></header>`;
}

export interface SitePageOptions {
  readonly site: Site;
  /** Name of the page's file, without extension. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The `<main id="main">` and what stands beside it. */
  readonly body: string;
}

/** A whole page of the site. */
export function sitePage({site, name, title, description, body}: SitePageOptions): string {
  return htmlPage({
    title, description, assets: {folder: ASSETS},
    head: `<link rel="stylesheet" href="${ASSETS}/${SITE_STYLE_FILE}">`,
    body: `${banner(site, name)}\n${body}\n` +
        `<footer class="foot"><p>${escapeHtml(site.data)}. All numbers and pictures are made by ` +
        '<code>make figures</code>, these pages by <code>make site</code>.</p></footer>',
  });
}
