/**
 * One image file (PNG, JPEG, WebP, GIF, TIFF, AVIF) as bytes, through sharp.
 * What cannot be turned into 8-bit grey or RGB without a guess is refused; what is converted is
 * said in the notes of `inspectImage`.
 */
import sharp = require('sharp');

/** Formats by their name in sharp; the file's content decides, not its extension. */
const FORMATS: ReadonlySet<string | undefined> =
    new Set(['png', 'jpeg', 'webp', 'gif', 'tiff', 'heif']);
const GREY_SPACES: ReadonlySet<string | undefined> = new Set(['b-w', 'grey16']);
const COLOUR_SPACES: ReadonlySet<string | undefined> = new Set(['srgb', 'rgb', 'rgb16', 'cmyk']);

/** Resampling kernels of libvips. */
export type ResizeKernel = 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3';

/** What the header of an image file says. */
export interface ImageInfo {
  /** Rows and columns after the camera's orientation is applied. */
  readonly height: number;
  readonly width: number;
  /** Channels of the image without alpha: 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
  /** Conversions that reading the image involves, a phrase each. */
  readonly notes: readonly string[];
}

/**
 * Looks at an image without decoding all of it.
 * @param name the file's name, for messages.
 * @param maxPixels refuse larger images.
 * @throws Error naming the file: no image, damaged, too large, animated, an unusual colour space
 *     or depth.
 */
export async function inspectImage(
    bytes: Uint8Array, name: string, maxPixels: number): Promise<ImageInfo> {
  if (bytes.length === 0) throw new Error(`${name}: file is empty`);
  const header = await open(bytes, maxPixels).metadata().catch((error: Error) => {
    throw explain(error, name, maxPixels);
  });
  const {format, pages = 1, space, depth, hasAlpha, autoOrient: {height, width}} = header;
  if (!FORMATS.has(format)) {
    throw new Error(`${name}: ${format} is not supported, use PNG or JPEG`);
  }
  if (pages > 1) {
    throw new Error(
        `${name}: expected one image, got ${pages} frames (animated or multi-page ` +
        `${format.toUpperCase()}); save the frame you mean as PNG`);
  }
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new Error(`${name}: expected 8 or 16 bits a channel, got ${depth}; save it as 8-bit PNG`);
  }
  if (!GREY_SPACES.has(space) && !COLOUR_SPACES.has(space)) {
    throw new Error(
        `${name}: expected grey, RGB or CMYK, got colour space ${space}; save it as RGB`);
  }
  const notes: string[] = [];
  if (depth === 'ushort') notes.push('16 bits a channel reduced to 8 (the low byte is dropped)');
  if (space === 'cmyk') notes.push('CMYK colours converted to RGB (approximate)');
  if (hasAlpha && !await isOpaque(bytes, name, maxPixels)) {
    notes.push('transparent parts laid over black');
  }
  return {height, width, channels: GREY_SPACES.has(space) ? 1 : 3, notes};
}

export interface DecodeImageOptions {
  /** Height and width of the result (default: the image's own). */
  readonly size?: readonly [height: number, width: number];
  /** How an image of other proportions is fitted: cut at the centre, or squeezed. */
  readonly crop: 'centre' | 'none';
  readonly channels: 1 | 3;
  readonly kernel: ResizeKernel;
  readonly maxPixels: number;
}

/**
 * Decodes an image that `inspectImage` has accepted: `[H, W, C]`, sRGB or luminance bytes.
 * @param name the file's name, for messages.
 * @throws Error naming the file when its data is damaged.
 */
export async function decodeImage(
    bytes: Uint8Array, name: string,
    {size, crop, channels, kernel, maxPixels}: DecodeImageOptions): Promise<Uint8Array> {
  let image = open(bytes, maxPixels).autoOrient().flatten({background: '#000000'});
  if (size !== undefined) {
    const [height, width] = size;
    const fit = crop === 'centre' ? 'cover' : 'fill';
    image = image.resize({width, height, fit, position: 'centre', kernel, fastShrinkOnLoad: false});
  }
  const result = await image.toColourspace(channels === 1 ? 'b-w' : 'srgb').raw({depth: 'uchar'})
      .toBuffer({resolveWithObject: true}).catch((error: Error) => {
        throw explain(error, name, maxPixels);
      });
  if (result.info.channels !== channels) {
    throw new Error(
        `${name}: expected ${channels} channels after conversion, got ${result.info.channels}; ` +
        'save it as 8-bit PNG');
  }
  return result.data;
}

const open = (bytes: Uint8Array, maxPixels: number): sharp.Sharp =>
    sharp(bytes, {failOn: 'error', limitInputPixels: maxPixels});

async function isOpaque(bytes: Uint8Array, name: string, maxPixels: number): Promise<boolean> {
  const stats = await open(bytes, maxPixels).stats().catch((error: Error) => {
    throw explain(error, name, maxPixels);
  });
  return stats.isOpaque;
}

function explain(error: Error, name: string, maxPixels: number): Error {
  const {message} = error;
  if (message.includes('unsupported image format')) {
    return new Error(`${name}: not an image, or corrupt (${message})`, {cause: error});
  }
  if (message.includes('exceeds pixel limit')) {
    return new Error(
        `${name}: has more than the allowed ${maxPixels} pixels; raise \`maxPixels\` or make it ` +
        'smaller', {cause: error});
  }
  return new Error(`${name}: image data is corrupt or truncated (${message})`, {cause: error});
}
