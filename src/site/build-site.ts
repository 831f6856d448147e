/** `make site`: the executed notebooks of a profile as a static site. */
import {copyFileSync, existsSync} from 'node:fs';
import * as path from 'node:path';
import {gatheredClaims} from '../experiments/claims';
import {notebookNames} from '../notebooks/notebook-file';
import {profileDataTitle} from '../experiments/profile-data';
import {profileOf} from '../experiments/profiles';
import {figuresDir} from '../experiments/workspace';
import {writePageAssets} from '../pages/assets';
import {projectPaths} from '../paths';
import {makeFolder, writeFile} from '../store/write-file';
import {replaceFolder} from '../store/write-folder';
import type {PublishedNotebook} from './claim-source';
import {frontPage} from './front-page';
import {siteLink} from './links';
import {readNotebook} from './notebook-file';
import {notebookDocument, notebookPage} from './notebook-page';
import {checkWeight} from './page-weight';
import {ASSETS, NUMBERS, PICTURES, SITE_STYLE_FILE} from './shell';
import type {Site} from './shell';
import {SITE_STYLE} from './site-style';

/** Where a site is made from, and to. */
export interface SiteOptions {
  /** Folder of the executed notebooks. */
  readonly notebooks: string;
  /** Names of their files, without extension, in their order. */
  readonly names: readonly string[];
  /** Folder of `claims.json` and of the figures' CSV. */
  readonly figures: string;
  /** Folder of the site; replaced when it is there. */
  readonly out: string;
  /** Folder that the notebooks' links are relative to (default `notebooks`). */
  readonly linkBase?: string;
  /** The project's folder. */
  readonly root: string;
  /** What the numbers were seen on, for people. */
  readonly data: string;
  /** What makes the notebooks and claims when they are missing. */
  readonly remedy: string;
  /** Writes the documentation of the API into a folder (default: none is linked). */
  readonly writeApi?: (folder: string) => Promise<void>;
}

/** A page that was written. */
export interface WrittenPage {
  readonly file: string;
  /** Bytes with all that it loads. */
  readonly bytes: number;
}

/** The sources of a profile's site: what `make figures` of that profile wrote. */
export function profileSite(profileName: string): Omit<SiteOptions, 'writeApi'> {
  const profile = profileOf(profileName);
  const paths = projectPaths();
  const figures = figuresDir(profile);
  const quick = profile.name === 'quick';
  return {
    notebooks: quick ? paths.notebooks : path.join(figures, 'notebooks'),
    names: notebookNames().map((name) => path.parse(name).name),
    figures, out: path.join(figures, 'site'), linkBase: paths.notebooks, root: paths.root,
    data: `${profileDataTitle(profile.data)}, profile ${profile.name}`,
    remedy: quick ? 'make figures' : `make figures PROFILE=${profile.name}`,
  };
}

/**
 * Writes the site into a temporary folder and puts it in place of the old one when it is whole. The
 * same sources give the same bytes.
 * @returns its pages, the front page first.
 * @throws Error when notebooks or claims are missing or malformed, a link leads nowhere, or a page
 *     is too heavy, naming it; the old site stays.
 */
export async function buildSite(options: SiteOptions): Promise<WrittenPage[]> {
  const {names, figures, out, root, data, remedy, writeApi, notebooks: folder} = options;
  const claims = readClaims(figures, remedy);
  const hasNumbers = (figure: string): boolean => existsSync(path.join(figures, `${figure}.csv`));
  const notebooks = names.map((name): PublishedNotebook => {
    const file = readNotebook(path.join(folder, `${name}.ipynb`), name, remedy);
    const link = (address: string): string => siteLink(address, {
      notebooks: options.linkBase ?? folder, site: out, pages: names, root,
    });
    return {file, page: notebookPage(file, {link, hasNumbers})};
  });
  const site: Site = {pages: notebooks.map(({page}) => page), api: writeApi !== undefined, data};
  const documents: ReadonlyArray<readonly [string, string]> = [
    ['index.html', frontPage({site, claims, notebooks})],
    ...notebooks.map(({page}) => [`${page.name}.html`, notebookDocument(page, site)] as const),
  ];
  const sizes: number[] = [];
  await replaceFolder(out, async (target) => {
    const at = (...parts: string[]): string => path.join(target, ...parts);
    writePageAssets(at(ASSETS));
    writeFile(at(ASSETS, SITE_STYLE_FILE), SITE_STYLE);
    makeFolder(at(PICTURES));
    makeFolder(at(NUMBERS));
    for (const {page} of notebooks) {
      for (const {file, bytes} of page.pictures) writeFile(at(PICTURES, file), bytes);
      for (const {name} of page.figures.filter((figure) => hasNumbers(figure.name))) {
        copyFileSync(path.join(figures, `${name}.csv`), at(NUMBERS, `${name}.csv`));
      }
    }
    for (const [name, html] of documents) writeFile(at(name), html);
    for (const [name] of documents) sizes.push(checkWeight(at(name), path.join(out, name)));
    await writeApi?.(at('api'));
  });
  return documents.map(([name], i) => ({file: path.join(out, name), bytes: sizes[i]!}));
}

function readClaims(figures: string, remedy: string): ReturnType<typeof gatheredClaims> {
  const file = path.join(figures, 'claims.json');
  if (!existsSync(file)) throw new Error(`${file}: not found; run \`${remedy}\` first`);
  return gatheredClaims(figures);
}
