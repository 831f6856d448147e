/** What has to hold for any site: found problems as sentences, so that a test can show all. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {parse} from 'node-html-parser';
import type {HTMLElement} from 'node-html-parser';

/** The pages of a site's folder, without the API's, by their file names. */
export function readPages(folder: string): Map<string, HTMLElement> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.html')).sort();
  return new Map(names.map((name) =>
    [name, parse(readFileSync(path.join(folder, name), 'utf8'), {
      comment: true, blockTextElements: {script: true, style: true},   // and look into `pre`
    })]));
}

const idsOf = (page: HTMLElement): string[] =>
  page.querySelectorAll('[id]').map((node) => node.getAttribute('id')!);

/** Ids that stand twice in a page. */
export function doubleIds(page: HTMLElement): string[] {
  const ids = idsOf(page);
  return ids.filter((id, i) => ids.indexOf(id) !== i);
}

/** Links, pictures, scripts and styles of the pages that lead nowhere. */
export function brokenLinks(folder: string): string[] {
  const pages = readPages(folder);
  const problems: string[] = [];
  for (const [name, page] of pages) {
    for (const node of page.querySelectorAll('[href], [src]')) {
      const address = node.getAttribute('href') ?? node.getAttribute('src')!;
      if (/^(data:|https?:|mailto:)/.test(address)) continue;
      const [file = '', anchor] = address.split('#').map(decodeURIComponent);
      const target = path.resolve(folder, file === '' ? name : file);
      const other = pages.get(path.relative(folder, target));
      const found = existsSync(target) &&
          (anchor === undefined || (other !== undefined && idsOf(other).includes(anchor)));
      if (!found) problems.push(`${name}: ${address}`);
    }
  }
  return problems;
}

/** Addresses that a page loads by itself, and that are not files beside it. */
export const foreignLoads = (page: HTMLElement): string[] => page
    .querySelectorAll('[src], [srcset], link[rel=stylesheet], link[rel=preload], iframe, object')
    .map((node) => node.getAttribute('src') ?? node.getAttribute('href') ?? node.outerHTML)
    .filter((address) => /^([a-z]+:|\/)/i.test(address) && !address.startsWith('data:'));

/** Figures and pictures of a page that say nothing to readers who do not see them. */
export const wordless = (page: HTMLElement): string[] => [
  ...page.querySelectorAll('figure .figure-live').filter((node) =>
    (node.getAttribute('aria-label') ?? '').length < 10),
  ...page.querySelectorAll('img').filter((node) => (node.getAttribute('alt') ?? '') === '' &&
    node.closest('.thumb') === null),     // beside a thumbnail stands its title
].map((node) => node.outerHTML.slice(0, 100));
