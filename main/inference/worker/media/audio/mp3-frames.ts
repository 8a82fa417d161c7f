/** MPEG audio frame headers (ISO 11172-3, 13818-3 and the 2.5 extension): enough to walk a stream, without decoding it. */

export interface FrameHeader {
  bytes: number; // length of the frame, header included
  samples: number; // per channel
  sampleRate: number; // Hz
  sideInfo: number; // bytes between the header and the place of a Xing tag (layer III)
  stream: number; // the header bits that stay the same all along a stream
}

const kbits: Record<'1' | '2', number[][]> = {
  // by MPEG version (2 serves 2.5 too), then layer I, II, III
  '1': [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  '2': [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
};
const rates = [44100, 48000, 32000];

/** The header at `at`, or undefined when none stands there. Free-format streams (bit rate index 0) are not supported. */
export function frameHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const version = (bytes[at + 1]! >> 3) & 3; // 0: 2.5, 2: 2, 3: 1
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const bitRateIndex = bytes[at + 2]! >> 4;
  const rateIndex = (bytes[at + 2]! >> 2) & 3;
  if (version === 1 || layer === 4 || bitRateIndex === 0 || bitRateIndex === 15 || rateIndex === 3) return undefined;

  const first = version === 3;
  const bits = kbits[first ? '1' : '2'][layer - 1]![bitRateIndex]! * 1000;
  const sampleRate = rates[rateIndex]! / (first ? 1 : version === 2 ? 2 : 4);
  const padding = (bytes[at + 2]! >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 2 || first ? 1152 : 576;
  const slot = layer === 1 ? 4 : 1;
  const mono = bytes[at + 3]! >> 6 === 3;
  return {
    bytes: (Math.floor((samples / 8 / slot) * (bits / sampleRate)) + padding) * slot,
    samples,
    sampleRate,
    sideInfo: first ? (mono ? 17 : 32) : mono ? 9 : 17,
    stream: ((bytes[at + 1]! & 0xfe) << 8) | (bytes[at + 2]! & 0x0c),
  };
}

/**
 * Offset of the first header at or after `from` which is followed by `confirm` more of its stream, each where the one before ends.
 * Headers that would lie beyond the end of `bytes` count as present, but the first must lie within.
 */
export function findFrame(bytes: Uint8Array, from: number, confirm: number): number | undefined {
  for (let at = from; at + 4 <= bytes.length; at++) {
    const first = frameHeader(bytes, at);
    if (first && follows(bytes, at + first.bytes, first.stream, confirm)) return at;
  }
  return undefined;
}

function follows(bytes: Uint8Array, at: number, stream: number, count: number): boolean {
  if (count === 0) return true;
  if (at + 4 > bytes.length) return at > 4 && count === 1;
  const header = frameHeader(bytes, at);
  return header?.stream === stream && follows(bytes, at + header.bytes, stream, count - 1);
}

/** Frames of sound that the Xing or Info tag in this first frame announces; the tag's own frame does not count. */
export function announcedFrames(bytes: Uint8Array, at: number, header: FrameHeader): number | undefined {
  const tag = at + 4 + header.sideInfo;
  if (tag + 12 > bytes.length) return undefined;
  const name = String.fromCharCode(...bytes.subarray(tag, tag + 4));
  if ((name !== 'Xing' && name !== 'Info') || !(bytes[tag + 7]! & 1)) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(tag + 8);
}
