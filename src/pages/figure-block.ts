/** A figure in a page: live where scripts run, its picture before that, without them, in print. */
import {figureAltText} from '../figures/alt-text';
import type {PlotlyFigure} from '../figures/types';
import {escapeHtml, scriptJson} from './escape';

export interface FigureBlockOptions {
  /** Anchor of the figure; unique in its page. */
  readonly id: string;
  /** What the figure shows, for readers who do not see it (default: `figureAltText`). */
  readonly alt?: string;
  /**
   * Address of the figure's picture: a path relative to the page, or a data URI. Without it, the
   * figure needs a script to be seen, also in print.
   */
  readonly png?: string;
  /** Stands under the figure, as HTML (default nothing). */
  readonly caption?: string;
}

/** A body with this in it holds a live figure. */
export const FIGURE_MARK = '<div class="figure-frame"';

/**
 * A `<figure>` of fixed proportions, at most as wide as the figure's layout.
 * @param figure with frames and sliders, if it has some. Only kinds of traces that
 *     plotly.js-cartesian has can be drawn: scatter, heatmap, image, bar, box, histogram, contour.
 * @example figureBlock(figure, {id: 'figure-loss', png: 'images/loss.png'})
 */
export function figureBlock(
    figure: PlotlyFigure, {id, alt, png, caption = ''}: FigureBlockOptions): string {
  const {width, height} = figure.layout;
  const words = escapeHtml(alt ?? figureAltText(figure));
  const size = `width="${width}" height="${height}"`;
  const picture = png === undefined ? '' :
    `<img class="figure-picture" src="${escapeHtml(png)}" ${size} alt="${words}" ` +
    'loading="lazy" decoding="async">';
  const fallback = png === undefined ? `<noscript><p>${words}</p></noscript>` : '';
  const proportions = `width:${width}px;aspect-ratio:${width}/${height}`;
  return `<figure class="figure" id="${escapeHtml(id)}">` +
      `<p class="figure-title" aria-hidden="true">${titleHtml(figure)}</p>` +
      `${FIGURE_MARK} style="${proportions}">${picture}${fallback}` +
      `<div class="figure-live" role="group" aria-label="${words}" ` +
      `style="width:${width}px;height:${height}px"></div>` +
      `<script type="application/json">${scriptJson(figure)}</script>` +
      `</div>${caption === '' ? '' : `<figcaption>${caption}</figcaption>`}</figure>`;
}

/**
 * The figure's title, which stands above it where the screen is so narrow that the one in the
 * figure is too small to read.
 */
const titleHtml = ({layout}: PlotlyFigure): string =>
  escapeHtml(layout.title.text.replace(/<br><span.*$/s, '').replaceAll('<br>', ' '))
      .replace(/&lt;(\/?(?:sub|sup|b|i))&gt;/g, '<$1>');
