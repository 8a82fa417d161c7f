/** Writes mono WAV files (Microsoft, Multimedia Programming Interface and Data Specifications 1.0). */

const FORMAT = { integer: 1, float: 3 };
const HEADER_BYTES = 44;

/** A sample as a 16-bit integer: rounded, and clipped where it is louder than full scale. */
export function toInt16(sample: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
}

/** 16-bit integers. */
export function wav16(pieces: readonly Float32Array[], sampleRate: number): Uint8Array {
  const { file, view } = startFile(pieces, sampleRate, FORMAT.integer, 2);
  let offset = HEADER_BYTES;
  for (const piece of pieces) {
    for (const sample of piece) {
      view.setInt16(offset, toInt16(sample), true);
      offset += 2;
    }
  }
  return file;
}

/** 32-bit floats, as they are. */
export function wavFloat32(pieces: readonly Float32Array[], sampleRate: number): Uint8Array {
  const { file, view } = startFile(pieces, sampleRate, FORMAT.float, 4);
  let offset = HEADER_BYTES;
  for (const piece of pieces) {
    for (const sample of piece) {
      view.setFloat32(offset, sample, true);
      offset += 4;
    }
  }
  return file;
}

function startFile(pieces: readonly Float32Array[], sampleRate: number, format: number, sampleBytes: number): { file: Uint8Array; view: DataView } {
  const dataBytes = sampleBytes * pieces.reduce((sum, { length }) => sum + length, 0);
  const file = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(file.buffer);
  const name = (offset: number, text: string) => file.set(new TextEncoder().encode(text), offset);
  name(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  name(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, format, true);
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * sampleBytes, true);
  view.setUint16(32, sampleBytes, true);
  view.setUint16(34, 8 * sampleBytes, true);
  name(36, 'data');
  view.setUint32(40, dataBytes, true);
  return { file, view };
}
