/** Pickles as Python 3 and NumPy write them, for the instructions that older ones do not use. */

const text = (value: string): Buffer =>
    Buffer.concat([Buffer.of(0x8c, value.length), Buffer.from(value), Buffer.of(0x94)]);
const bytes = (value: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from([0x43, value.length]), value, Buffer.of(0x94)]);
const join = (...parts: (string | Uint8Array)[]): Buffer => Buffer.concat(
    parts.map((part) => typeof part === 'string' ? Buffer.from(part, 'latin1') : part));
const global = (module: string, name: string): Buffer =>
    join(text(module), text(name), '\x93\x94');
const framed = (body: Buffer): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(body.length + 1));
  return join('\x80\x04\x95', length, body, '.');
};
const dtype = (name: string): Buffer => join(global('numpy', 'dtype'), text(name),
    '\x89\x88\x87\x94R\x94(K\x03', text('|'), 'NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94b');

/** Dictionaries with lists and arrays of protocols 4 and 5, and of Python 3 in protocol 2. */
export function modernPickles(): Buffer[] {
  const values = Uint8Array.from({length: 16}, (_, i) => i);
  const reconstructed = join(
      global('numpy._core.multiarray', '_reconstruct'), global('numpy', 'ndarray'), 'K\x00\x85\x94',
      bytes(Buffer.from('b')), '\x87\x94R\x94(K\x01K\x02\x85\x94', dtype('i8'), '\x89',
      bytes(values), 't\x94b');
  const fromBuffer = join(
      global('numpy.core.numeric', '_frombuffer'), '(\x96\x10\0\0\0\0\0\0\0', values,
      dtype('u1'), 'K\x04K\x04\x86\x94', text('C'), 't\x94R\x94');
  const scalar = join(global('numpy.core.multiarray', 'scalar'), dtype('i4'),
      bytes(values.subarray(0, 4)), '\x86\x94R\x94');
  const encoded = join('c_codecs\nencode\nX\x04\0\0\0abcdX\x06\0\0\0latin1\x86R');
  return [reconstructed, fromBuffer, scalar, encoded].map((value) => framed(join(
      '}\x94(', text('data'), value, text('labels'),
      ']\x94(K\x01M\x00\x01NeX\x01\0\0\0k\x89u')));
}
