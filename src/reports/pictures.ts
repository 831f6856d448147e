/** Pictures of a page's figures: shown until the figures come alive, and in print. */
import {createKaleido} from '../figures/kaleido';
import type {KaleidoOptions} from '../figures/kaleido';
import {renderPng} from '../figures/render-png';
import type {PlotlyFigure} from '../figures/types';

/** Draws figures as PNG, as long as that works here. */
export interface Pictures {
  /**
   * PNG at double density; undefined when figures cannot be drawn here.
   * @param figure what is drawn.
   */
  png(figure: PlotlyFigure): Promise<Buffer | undefined>;
  /** Ends what draws them. */
  close(): Promise<void>;
}

/**
 * Makes what draws the pictures of pages. It starts with the first picture.
 * @param warn told once why there are no pictures: pages do without them.
 * @param options where kaleido is, and how long a picture may take.
 * @example
 * const figure = hg.lineFigure({
 *   title: 'Twice as much', series: [{name: '2 x', x: [1, 2], y: [2, 4]}], xTitle: 'x'});
 * const pictures = hg.createPictures((message) => console.log(message.split(' (')[0]),
 *     {folder: 'no-kaleido-here'});
 * console.log(await pictures.png(figure));
 * // no pictures of the figures
 * // undefined
 * await pictures.close();
 */
export function createPictures(
    warn: (message: string) => void, options: KaleidoOptions = {}): Pictures {
  const kaleido = createKaleido(options);
  let works = true;
  return {
    async png(figure) {
      if (!works) return undefined;
      try {
        return await renderPng(kaleido, figure, 2);
      } catch (error) {
        works = false;
        warn(`no pictures of the figures (${(error as Error).message}); the page draws them itself`);
        return undefined;
      }
    },
    close: () => kaleido.close(),
  };
}

export const pngUri = (png: Buffer | undefined): string | undefined =>
    png && `data:image/png;base64,${png.toString('base64')}`;
