/**
 * A PNG encoder for small rasters of raw pixels. It is synchronous, so that image figures stay
 * plain functions; files that need resizing or colour management go through sharp instead.
 * Format: PNG (Third Edition), W3C 2025: signature, IHDR, IDAT (zlib), IEND.
 */
import {crc32, deflateSync} from 'node:zlib';

/** Pixels 0..255 row by row, channels side by side. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 red-green-blue. */
  readonly channels: 1 | 3;
  /** `[height·width·channels]`. */
  readonly pixels: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body) >>> 0, 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Rows as differences to the pixel on the left (filter 1) or above (filter 2), or as they are. */
function filterRows({width, height, channels, pixels}: Raster): Buffer {
  const stride = width * channels;
  const filtered = Buffer.alloc(height * (stride + 1));
  const candidate = [0, 1, 2].map(() => Buffer.alloc(stride));
  for (let row = 0; row < height; row++) {
    const cost = [0, 0, 0];
    for (let i = 0; i < stride; i++) {
      const value = pixels[row * stride + i]!;
      const left = i < channels ? 0 : pixels[row * stride + i - channels]!;
      const above = row === 0 ? 0 : pixels[(row - 1) * stride + i]!;
      [value, value - left, value - above].forEach((difference, filter) => {
        candidate[filter]![i] = difference;
        cost[filter]! += Math.abs(candidate[filter]!.readInt8(i));
      });
    }
    const best = cost.indexOf(Math.min(...cost));
    filtered[row * (stride + 1)] = best;
    candidate[best]!.copy(filtered, row * (stride + 1) + 1);
  }
  return filtered;
}

/**
 * Encodes a raster as PNG, without loss.
 * @throws RangeError if `pixels` does not hold height·width·channels values.
 */
export function encodePng(raster: Raster): Buffer {
  const {width, height, channels, pixels} = raster;
  if (pixels.length !== width * height * channels || pixels.length === 0) {
    throw new RangeError(`encodePng: expected \`pixels\` to hold ${height}·${width}·${channels} ` +
        `values, got ${pixels.length}`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;                        // bits a channel
  header[9] = channels === 1 ? 0 : 2;   // colour type: grey, or red-green-blue
  return Buffer.concat([
    SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(filterRows(raster), {level: 9})),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A raster as `data:` URI, the form in which a figure carries it. */
export function pngDataUri(raster: Raster): string {
  return `data:image/png;base64,${encodePng(raster).toString('base64')}`;
}
