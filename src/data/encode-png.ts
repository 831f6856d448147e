/** Pixels as a PNG file. */
import sharp = require('sharp');
import type {ImageShape} from '../types';

/**
 * An 8-bit PNG without compression, as EDM's tool writes it: quick to decode while training.
 * @param pixels `[H, W, C]`, C = 1 (grey) or 3 (RGB).
 */
export function encodePng(
    pixels: Uint8Array, [height, width, channels]: ImageShape): Promise<Buffer> {
  return sharp(pixels, {raw: {height, width, channels: channels as 1 | 3}})
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .png({compressionLevel: 0, adaptiveFiltering: false, palette: false})
      .toBuffer();
}
