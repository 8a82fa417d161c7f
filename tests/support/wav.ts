/** Writes WAV files, right ones and wrong ones. */

export interface WavSpec {
  sampleRate?: number; // Hz
  channels?: number;
  tag?: number; // wFormatTag
  bits?: number;
  extensible?: boolean;
  dataSize?: number; // what the header claims
  magic?: 'RIFF' | 'RF64';
  before?: Uint8Array[]; // chunks before the data
  after?: Uint8Array[]; // chunks behind it
  format?: boolean; // false: no fmt chunk
}

/** A chunk, padded to an even length. */
export function chunk(name: string, body: Uint8Array, size = body.length): Uint8Array {
  const bytes = new Uint8Array(8 + body.length + (body.length & 1));
  bytes.set(Buffer.from(name, 'latin1'));
  new DataView(bytes.buffer).setUint32(4, size, true);
  bytes.set(body, 8);
  return bytes;
}

/** `samples`: interleaved, already encoded. */
export function wavFile(samples: Uint8Array, spec: WavSpec = {}): Uint8Array {
  const { sampleRate = 16000, channels = 1, tag = 1, bits = 16, extensible = false, magic = 'RIFF' } = spec;
  const format = new Uint8Array(extensible ? 40 : 16);
  const view = new DataView(format.buffer);
  view.setUint16(0, extensible ? 0xfffe : tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, (sampleRate * channels * bits) / 8, true);
  view.setUint16(12, (channels * bits) / 8, true);
  view.setUint16(14, bits, true);
  if (extensible) {
    view.setUint16(16, 22, true);
    view.setUint16(18, bits, true);
    view.setUint16(24, tag, true); // first two bytes of the sub-format's GUID
  }
  const chunks = [...(spec.before ?? []), ...(spec.format === false ? [] : [chunk('fmt ', format)]), chunk('data', samples, spec.dataSize), ...(spec.after ?? [])];
  return Buffer.concat([Buffer.from(`${magic}\0\0\0\0WAVE`, 'latin1'), ...chunks]);
}

/** Values in [-1, 1] as 16-bit little-endian. */
export function int16(values: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Int16Array.from(values, (value) => Math.round(value * 32767)).buffer);
}
