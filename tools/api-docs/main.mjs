/**
 * Builds the reference of the API from the doc comments behind src/index.ts, as pages that load
 * from disk and ask nothing of a network. What is not documented, or linked to and not there, is an
 * error.
 *
 *   node tools/api-docs/main.mjs [FOLDER]   default figures/site/api
 */
import {copyFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {Application, Converter, PageEvent, ReflectionKind} from 'typedoc';
import {categorize, sectionsOf} from './sections.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '..', '..');
const index = path.join(root, 'src', 'index.ts');
const FONTS = ['400-normal', '400-italic', '700-normal'].map((face) => `lato-latin-${face}.woff2`);

/** What has to have a comment. */
const KINDS = [
  'Variable', 'Function', 'Interface', 'Property', 'Method', 'Parameter', 'TypeAlias', 'Accessor',
];
const REQUIRED = KINDS.reduce((all, kind) => all | ReflectionKind[kind], 0);

/** @returns whether there was no error and no warning; the pages are written anyway. */
export async function buildApiDocs({out}) {
  const sections = sectionsOf(index);
  const app = await Application.bootstrap({
    entryPoints: [index],
    tsconfig: path.join(root, 'tsconfig.json'),
    skipErrorChecking: true, // `npm run build` has checked.
    name: 'hidden-gaussian',
    readme: path.join(here, 'front-page.md'),
    categoryOrder: sections.map(({title}) => title),
    navigation: {includeCategories: true, includeGroups: false},
    categorizeByGroup: false,
    sort: ['source-order'],
    disableSources: true, // Links would lead to a source host.
    excludeExternals: true,
    customCss: path.join(here, 'api.css'),
    hideGenerator: true,
    githubPages: false,
    includeVersion: true,
    searchInComments: true,
    validation: {
      notExported: true, invalidLink: true, invalidPath: true, notDocumented: true,
      unusedMergeModuleWith: true,
    },
    requiredToBeDocumented: KINDS,
    // The parts of a figure are Plotly's, and https://plotly.com/javascript/reference has them.
    intentionallyNotExported: ['PlotlyTrace', 'PlotlyLayout', 'PlotlyFrame'],
    treatWarningsAsErrors: true,
    logLevel: 'Warn',
  });
  app.converter.on(
      Converter.EVENT_RESOLVE_BEGIN, ({project}) => categorize(project, sections));
  app.renderer.on(PageEvent.END, repairPage);
  const project = await app.convert();
  if (project === undefined) return false;
  app.options.setValue('intentionallyNotDocumented', namesInsideTypes(project));
  app.validate(project);
  await app.generateDocs(project, out);
  const fonts = path.dirname(createRequire(index).resolve('@fontsource/lato/package.json'));
  for (const name of FONTS) {
    copyFileSync(path.join(fonts, 'files', name), path.join(out, 'assets', name));
  }
  return !app.logger.hasErrors() && !app.logger.hasWarnings();
}

/**
 * Fields and parameters inside of a type, such as `(message: string) => void`, need no comment of
 * their own: whatever has that type explains them.
 */
function namesInsideTypes(project) {
  const inParameter = ({parent}) => parent !== undefined &&
      (parent.kindOf(ReflectionKind.Parameter) || inParameter(parent));
  return [...new Set(project.getReflectionsByKind(REQUIRED)
      .filter((each) => !each.hasComment() && !inParameter(each))
      .map((each) => each.getFriendlyFullName()).filter((name) => name.includes('.__type')))];
}

/**
 * Makes a page one that opens from a disk and that screen readers understand: the icons are those
 * that a script puts into each page, since a page may not load parts of another file, and a heading
 * that folds its section holds no link. Light, as the site's other pages, unless a reader chooses.
 */
function repairPage(page) {
  page.contents = page.contents
      .replace('("tsd-theme") || "os"', '("tsd-theme") || "light"')
      .replace(/href="[./]*assets\/icons\.svg#/g, 'href="#')
      .replace(/<a [^>]*class="tsd-anchor-icon">(?:(?!<\/a>).)*<\/a>(?=<\/h2><\/summary>)/gs, '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = path.resolve(process.argv[2] ?? path.join(root, 'figures', 'site', 'api'));
  const started = performance.now();
  if (await buildApiDocs({out})) {
    console.log(`${out}: the API in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  } else {
    process.exitCode = 1;
  }
}
