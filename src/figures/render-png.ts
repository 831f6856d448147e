/** A figure as a PNG. */
import sharp from 'sharp';
import type {Kaleido} from './kaleido';
import type {PlotlyFigure} from './types';

/** The state that a picture shows. Frames are of no use to it and would be sent for nothing. */
export const drawnState = ({data, layout}: PlotlyFigure): PlotlyFigure =>
    ({data: data.map((trace, i) => ({...trace, uid: `trace${i}`})), layout});

/** Draws the state that is shown first. @param scale pixels of the PNG per layout pixel. */
export async function renderPng(
    kaleido: Kaleido, figure: PlotlyFigure, scale: number): Promise<Buffer> {
  const picture = await kaleido.render(drawnState(figure), {format: 'png', scale});
  return sharp(picture).removeAlpha().png({compressionLevel: 9}).toBuffer();
}
