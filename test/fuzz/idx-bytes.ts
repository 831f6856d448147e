/** An IDX file: magic number, sizes, and values that count upwards. */
export function idxBytes(magic: number, sizes: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.writeUInt32BE(magic);
  sizes.forEach((size, axis) => head.writeUInt32BE(size, 4 + 4 * axis));
  const count = sizes.reduce((a, b) => a * b);
  return Buffer.concat([head, Uint8Array.from({length: count}, (_, i) => i)]);
}
