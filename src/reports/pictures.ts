/** Pictures of a page's figures: shown until the figures come alive, and in print. */
import sharp from 'sharp';
import {createKaleido} from '../figures/kaleido';
import type {KaleidoOptions} from '../figures/kaleido';
import type {PlotlyFigure} from '../figures/types';

/** Draws figures as PNG, as long as that works here. */
export interface Pictures {
  /** PNG at double density; undefined when figures cannot be drawn here. */
  png(figure: PlotlyFigure): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

/**
 * @param warn told once why there are no pictures: pages do without them.
 * @param options where kaleido is, and how long a picture may take.
 */
export function createPictures(
    warn: (message: string) => void, options: KaleidoOptions = {}): Pictures {
  const kaleido = createKaleido(options);
  let works = true;
  return {
    async png(figure) {
      if (!works) return undefined;
      try {
        const picture = await kaleido.render(figure, {format: 'png', scale: 2});
        return await sharp(picture).removeAlpha().png({compressionLevel: 9}).toBuffer();
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
