export const WAV_HEADER_BYTES = 44;

const LONGEST = 0xffffffff; // what a size can say; readers take it as "to the end of the file"

/** The header of a WAV file of mono 16-bit integers. Without `samples`, or with more than a size can say, it leaves the length open. */
export function wavHeader(sampleRate: number, samples = Infinity): Uint8Array<ArrayBuffer> {
  const size = 2 * samples;
  const bytes = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => bytes.set(Array.from(value, (character) => character.charCodeAt(0)), at);
  text(0, 'RIFF');
  view.setUint32(4, Math.min(LONGEST, size + WAV_HEADER_BYTES - 8), true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true); // bytes of the format
  view.setUint16(20, 1, true); // integers
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true); // bytes a second
  view.setUint16(32, 2, true); // bytes a frame
  view.setUint16(34, 16, true); // bits a sample
  text(36, 'data');
  view.setUint32(40, Math.min(LONGEST, size), true);
  return bytes;
}
