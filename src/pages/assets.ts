/** What pages need beside their HTML, as files of a folder or as text in the page. */
import {copyFileSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {makeFolder, writeFile} from '../store/write-file';
import {scriptCode} from './escape';
import {FIGURE_MARK} from './figure-block';
import {FIGURE_SCRIPT} from './figure-script';
import {latoFiles} from './fonts';
import {MATHS_MARK, mathsFont, mathsStyle} from './maths';
import {PAGE_STYLE} from './styles';

/** Names in the assets' folder. */
const STYLE = 'page.css';
const MATHS = 'maths.css';
const PLOTLY = 'plotly-cartesian.min.js';
const FIGURES = 'figures.js';

const plotlyFile = (): string => require.resolve('plotly.js-cartesian-dist-min');

interface PageAssets {
  readonly styles: string;
  readonly scripts: string;
}

/** Elements that bring along what a body needs, in themselves. */
export function inlineAssets(body: string): PageAssets {
  const dataUri = (file: string): string =>
    `data:font/woff2;base64,${readFileSync(file).toString('base64')}`;
  const faces = latoFiles().map(({file, rule}) => rule(dataUri(file)));
  const maths = body.includes(MATHS_MARK) ?
    mathsStyle((font) => dataUri(mathsFont(font))).css : '';
  const scripts = body.includes(FIGURE_MARK) ?
    [readFileSync(plotlyFile(), 'utf8'), FIGURE_SCRIPT] : [];
  return {
    styles: `<style>\n${faces.join('\n')}\n${PAGE_STYLE}${maths}</style>`,
    scripts: scripts.map((code) => `<script>${scriptCode(code)}</script>`).join('\n'),
  };
}

/** Elements that load what a body needs from the folder. */
export function linkedAssets(body: string, folder: string): PageAssets {
  const styles = [STYLE, ...(body.includes(MATHS_MARK) ? [MATHS] : [])];
  const scripts = body.includes(FIGURE_MARK) ? [PLOTLY, FIGURES] : [];
  return {
    styles: styles.map((name) => `<link rel="stylesheet" href="${folder}/${name}">`).join('\n'),
    scripts: scripts.map((name) => `<script src="${folder}/${name}" defer></script>`).join('\n'),
  };
}

/**
 * Writes the shared files of pages with linked assets into `folder`: styles, fonts, Plotly, the
 * script of the figures, 2 MB in all.
 * @throws Error naming the file that cannot be written.
 */
export function writePageAssets(folder: string): void {
  makeFolder(folder);
  const at = (name: string): string => path.join(folder, name);
  const lato = latoFiles();
  const maths = mathsStyle((font) => `./${font}`);
  lato.forEach(({name, file}) => copyFileSync(file, at(name)));
  maths.fonts.forEach((font) => copyFileSync(mathsFont(font), at(font)));
  copyFileSync(plotlyFile(), at(PLOTLY));
  writeFile(at(FIGURES), FIGURE_SCRIPT);
  const faces = lato.map(({name, rule}) => rule(`./${name}`)).join('\n');
  writeFile(at(STYLE), `${faces}\n${PAGE_STYLE}`);
  writeFile(at(MATHS), maths.css);
}
