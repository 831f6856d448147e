/** Links of notebooks, from the site: to its own pages, to files of the project, to elsewhere. */
import {existsSync} from 'node:fs';
import * as path from 'node:path';

export interface LinkPlaces {
  /** Folder that links of the notebooks are relative to. */
  readonly notebooks: string;
  /** Folder of the site. */
  readonly site: string;
  /** Names of the notebooks that have a page. */
  readonly pages: readonly string[];
  /** The project's folder: links do not leave it. */
  readonly root: string;
}

/**
 * The address that a page of the site uses for a link of a notebook: another notebook's page, or
 * the path to a file of the project that exists. Links to the web and within the page stay.
 * @throws Error for a file that does not exist or lies outside of the project, and for an address
 *     that is neither a path nor of http, https or mailto.
 */
export function siteLink(address: string, {notebooks, site, pages, root}: LinkPlaces): string {
  if (/^(https?:\/\/|mailto:|#)/.test(address)) return address;
  const [, file = '', anchor = ''] = /^([^?#]*)(.*)$/s.exec(address)!;
  const decoded = decodeURIComponent(file);
  if (/^[a-z][a-z\d+.-]*:/i.test(address) || path.isAbsolute(decoded) || decoded === '') {
    throw new Error(`the link ${address}: expected a relative path, or an address of the web`);
  }
  const target = path.resolve(notebooks, decoded);
  const {name, ext, dir} = path.parse(target);
  if (ext === '.ipynb' && dir === path.resolve(notebooks) && pages.includes(name)) {
    return `${name}.html${anchor}`;
  }
  const inside = !path.relative(root, target).startsWith('..');
  if (!inside || !existsSync(target)) {
    throw new Error(`the link ${address}: expected a file of the project, found none there`);
  }
  return path.relative(site, target).split(path.sep).map(encodeURIComponent).join('/') + anchor;
}
