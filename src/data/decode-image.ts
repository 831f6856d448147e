/**
 * One image file (PNG, JPEG, WebP, GIF, TIFF, AVIF) as bytes, through sharp.
 * What cannot be turned into 8-bit grey or RGB without a guess is refused; what is converted is
 * said in the notes of `inspectImage`.
 */
import sharp = require('sharp');
import {printable} from '../quoted';
import type {ImageShape} from '../types';
import {resizeLanczos} from './lanczos';

// Every image comes once: what libvips would keep of it is memory lost.
sharp.cache(false);

/** Formats by their name in sharp; the file's content decides, not its extension. */
const FORMATS: ReadonlySet<string | undefined> =
    new Set(['png', 'jpeg', 'webp', 'gif', 'tiff', 'heif']);
/**
 * AVIF may have half as many pixels as the others: its decoder took 1.3 GB for 2^26 of them, 0.7
 * for 2^25 with alpha.
 */
const AVIF_SHARE = 0.5;
const GREY_SPACES: ReadonlySet<string | undefined> = new Set(['b-w', 'grey16']);
const COLOUR_SPACES: ReadonlySet<string | undefined> = new Set(['srgb', 'rgb', 'rgb16', 'cmyk']);

/** How much of what libvips says about a bad file is passed on: lines, and characters in all. */
const MAX_COMPLAINTS = 3;
const MAX_COMPLAINT = 300;

/** What the header of an image file says. */
export interface ImageInfo {
  /** Rows and columns after the camera's orientation is applied. */
  readonly height: number;
  readonly width: number;
  /** Channels of the image without alpha: 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
  /** Whether it has transparency, used or not. */
  readonly hasAlpha: boolean;
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
  const allowed = format === 'heif' ? Math.floor(maxPixels * AVIF_SHARE) : maxPixels;
  if (height * width > allowed) throw tooLarge(name, allowed);
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
  return {height, width, channels: GREY_SPACES.has(space) ? 1 : 3, hasAlpha, notes};
}

/**
 * Whether no part of an image shows what is behind it; decodes the image.
 * @throws Error naming the file when its data is damaged.
 */
export async function isOpaque(
    bytes: Uint8Array, name: string, maxPixels: number): Promise<boolean> {
  const stats = await open(bytes, maxPixels).stats().catch((error: Error) => {
    throw explain(error, name, maxPixels);
  });
  return stats.isOpaque;
}

/** How an image comes out of `decodeImage` and `renderPixels`. */
export interface RenderOptions {
  /** Height and width of the result (default: the image's own). */
  readonly size?: readonly [height: number, width: number] | undefined;
  /**
   * How an image of other proportions is fitted: its largest part of the right proportions is cut
   * out of the centre, or it is squeezed.
   */
  readonly crop: 'centre' | 'none';
  readonly channels: 1 | 3;
}

/**
 * Decodes an image that `inspectImage` has accepted: `[H, W, C]`, sRGB or luminance bytes.
 * @param name the file's name, for messages.
 * @param info what `inspectImage` said.
 * @throws Error naming the file when its data is damaged.
 */
export function decodeImage(
    bytes: Uint8Array, name: string, info: ImageInfo, options: RenderOptions, maxPixels: number,
): Promise<Uint8Array> {
  const image = open(bytes, maxPixels).autoOrient().flatten({background: '#000000'});
  return render(image, [info.height, info.width], options).catch((error: Error) => {
    throw explain(error, name, maxPixels);
  });
}

/** Brings pixels `[H, W, C]`, C = 1 or 3, to another size or colour in the same way. */
export async function renderPixels(
    pixels: Uint8Array, [height, width, channels]: ImageShape, options: RenderOptions,
): Promise<Uint8Array> {
  const unchanged = channels === options.channels &&
      (options.size === undefined || options.size.join() === `${height},${width}`);
  if (unchanged) return pixels;
  const image = sharp(pixels, {raw: {height, width, channels: channels as 1 | 3}});
  return render(image, [height, width], options);
}

async function render(
    image: sharp.Sharp, from: readonly [number, number],
    {size, crop, channels}: RenderOptions): Promise<Uint8Array> {
  const resize = size !== undefined && size.join() !== from.join();
  const part = resize && crop === 'centre' ? image.extract(centralPart(from, size)) : image;
  const {data, info} = await part.toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw({depth: 'uchar'}).toBuffer({resolveWithObject: true});
  if (info.channels !== channels) {
    throw new Error(`expected ${channels} channels after conversion, got ${info.channels}`);
  }
  return resize ? resizeLanczos(data, [info.height, info.width, channels], size) : data;
}

/** The largest centred part with the proportions of `size`; for a square as EDM's tool cuts it. */
function centralPart(
    [fromH, fromW]: readonly [number, number], [height, width]: readonly [number, number],
): sharp.Region {
  const cutH = Math.max(1, Math.min(fromH, Math.round(fromW * height / width)));
  const cutW = Math.max(1, Math.min(fromW, Math.round(fromH * width / height)));
  return {
    top: Math.floor((fromH - cutH) / 2), left: Math.floor((fromW - cutW) / 2),
    height: cutH, width: cutW,
  };
}

const open = (bytes: Uint8Array, maxPixels: number): sharp.Sharp =>
    sharp(bytes, {failOn: 'error', limitInputPixels: maxPixels});

/** libvips makes a line of each complaint, and the loaders make many. */
function firstWords(message: string): string {
  const complaints = new Set(message.trim().split(/\s*\n\s*/));
  return printable([...complaints].slice(0, MAX_COMPLAINTS).join('; '), MAX_COMPLAINT);
}

function explain(error: Error, name: string, maxPixels: number): Error {
  const message = firstWords(error.message);
  if (message.includes('unsupported image format')) {
    return new Error(`${name}: not an image, or corrupt (${message})`, {cause: error});
  }
  if (message.includes('exceeds pixel limit')) {
    return tooLarge(name, maxPixels, error);
  }
  return new Error(`${name}: image data is corrupt or truncated (${message})`, {cause: error});
}

const tooLarge = (name: string, allowed: number, cause?: Error): Error => new Error(
    `${name}: has more than the allowed ${allowed} pixels; raise \`maxPixels\` or make it smaller`,
    {cause});
