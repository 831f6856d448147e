/** A figure in a page: live where a script runs, and its picture before that, without one, and in print. */
import {figureAltText} from '../figures/theme';
import type {PlotlyFigure} from '../figures/types';
import {escapeHtml, scriptJson} from './escape';

export interface FigureBlockOptions {
  /** Anchor of the figure; unique in its page. */
  readonly id: string;
  /** What the figure shows, for readers who do not see it (default: its title and subtitle). */
  readonly alt?: string;
  /**
   * Address of the figure's picture: a path relative to the page, or a data URI. Without it, the
   * figure needs a script to be seen, also in print.
   */
  readonly png?: string;
}

/** A body with this in it holds a live figure. */
export const FIGURE_MARK = '<div class="figure-frame"';

/**
 * A `<figure>` of fixed proportions, at most as wide as the figure's layout.
 * @param figure with frames and sliders, if it has some. Only kinds of traces that
 *     plotly.js-cartesian has can be drawn: scatter, heatmap, image, bar, box, histogram, contour.
 * @example figureBlock(figure, {id: 'figure-loss', png: 'images/loss.png'})
 */
export function figureBlock(figure: PlotlyFigure, {id, alt, png}: FigureBlockOptions): string {
  const {width, height} = figure.layout;
  const words = escapeHtml(alt ?? figureAltText(figure.layout));
  const size = `width="${width}" height="${height}"`;
  const picture = png === undefined ? '' :
    `<img class="figure-picture" src="${escapeHtml(png)}" ${size} alt="${words}" ` +
    'loading="lazy" decoding="async">';
  const fallback = png === undefined ? `<noscript><p>${words}</p></noscript>` : '';
  const proportions = `width:${width}px;aspect-ratio:${width}/${height}`;
  return `<figure class="figure" id="${escapeHtml(id)}">` +
      `${FIGURE_MARK} style="${proportions}">${picture}${fallback}` +
      `<div class="figure-live" role="img" aria-label="${words}" ` +
      `style="width:${width}px;height:${height}px"></div>` +
      `<script type="application/json">${scriptJson(figure)}</script>` +
      '</div></figure>';
}
