/** The site's first page: the question, the finding, a picture, the claims, the notebooks. */
import type {Claim} from '../experiments/claims';
import {escapeHtml} from '../pages/escape';
import {claimSource} from './claim-source';
import type {PublishedNotebook} from './claim-source';
import {claimsTable, mainFindings, scoreSentence} from './claims-section';
import type {PageFigure} from './outputs';
import {sitePage} from './shell';
import type {Site} from './shell';

/** The picture beside the question; else the first figure that there is. */
const PICTURE = '03-trajectories';

const DESCRIPTION = 'Why do diffusion models make new images instead of copying their training ' +
    'images? The hidden Gaussian of Li, Dai and Qu (NeurIPS 2024), reproduced from training to ' +
    'verdict.';

const LEAD = `
<h1>Do diffusion models hide a Gaussian?</h1>
<p class="lead">A diffusion model that fitted its objective perfectly could only copy its training
images. Trained ones make new images. Where do these come from?</p>
<p>Li, Dai and Qu (<a href="https://arxiv.org/abs/2410.24060">NeurIPS 2024</a>) answer: while a
model generalizes, its denoisers behave much like the best <em>linear</em> denoiser of the data, the
one of a Gaussian with the images’ mean and covariance. This project trains the models, takes
their denoisers apart and puts each of the paper’s statements to a test with an interval.</p>`;

export interface FrontPageOptions {
  readonly site: Site;
  readonly claims: readonly Claim[];
  readonly notebooks: readonly PublishedNotebook[];
}

/** The whole document of the front page; every number in it is one of the claims. */
export function frontPage({site, claims, notebooks}: FrontPageOptions): string {
  const find = (claim: Claim) => claimSource(claim, notebooks);
  const api = site.api ? '<p>The library’s functions are documented in the ' +
      '<a href="api/index.html">API reference</a>.</p>' : '';
  return sitePage({
    site, name: 'index', title: 'Do diffusion models hide a Gaussian?', description: DESCRIPTION,
    body: `<main id="main" class="front">
<div class="hero"><div>${LEAD}
<h2 id="finding">What holds on ${escapeHtml(site.data.split(',')[0]!)}</h2>
<p class="score">${scoreSentence(claims)}</p></div>
${picture(notebooks)}</div>
${mainFindings(claims, find)}
<h2 id="notebooks">Notebooks</h2>
<ul class="cards">${notebooks.map((notebook) => card(notebook, claims, find)).join('\n')}</ul>
${api}
<h2 id="claims">Claims</h2>
${claimsTable(claims, find)}
</main>`,
  });
}

function picture(notebooks: readonly PublishedNotebook[]): string {
  const all = notebooks.flatMap(({page}) => page.figures.map((figure) => ({figure, page})));
  const chosen = all.find(({figure}) => figure.name === PICTURE) ?? all[0];
  if (!chosen) return '';
  const {figure, page} = chosen;
  return `<figure><a href="${encodeURIComponent(page.name)}.html#${figure.id}">` +
      `${image(figure)}</a></figure>`;
}

const image = ({png, width, height, alt}: PageFigure): string =>
  `<img src="${escapeHtml(png)}" width="${width}" height="${height}" alt="${escapeHtml(alt)}">`;

function card(
    {page}: PublishedNotebook, claims: readonly Claim[],
    find: (claim: Claim) => {readonly href: string} | undefined): string {
  const {figures: [first]} = page;
  const address = `${encodeURIComponent(page.name)}.html`;
  const own = claims.filter((claim) => find(claim)?.href.startsWith(address));
  const good = own.filter(({verdict}) => verdict === 'reproduced').length;
  const count = page.figures.length;
  const facts = [
    `${count} ${count === 1 ? 'figure' : 'figures'}`,
    ...(own.length === 0 ? [] :
      [`${good} of ${own.length} ${own.length === 1 ? 'statistic' : 'statistics'} reproduced`]),
  ].join(', ');
  return `<li><a href="${address}"><span class="thumb">` +
      `${first ? image({...first, alt: ''}) : ''}</span>` +
      `<h3>${page.html}</h3>` +
      `<span class="label">${facts}</span></a></li>`;
}
