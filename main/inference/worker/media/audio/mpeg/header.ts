/** Headers of MPEG audio frames: ISO 11172-3 (2.4.1.3), the lower rates of ISO 13818-3, and the extension "2.5" to rates lower still. */

export interface FrameHeader {
  bytes: number; // length of the frame, header included; 0: of free format, where it is not known yet
  samples: number; // per channel
  layer: 1 | 2 | 3;
  sampleRate: number; // Hz
  rate: number; // of 44.1, 48 and 32 kHz, then their halves, then their quarters
  low: boolean; // of MPEG 2 or 2.5, with half or a quarter of the rates
  bitRate: number; // bits a second; 0 where the length is not known
  free: boolean; // a bit rate that no table holds
  padding: number; // bytes
  body: number; // where the frame's data begins: behind the header and, where there is one, its checksum
  channels: 1 | 2;
  /** Of joint stereo two bits, their meaning depending on the layer. */
  extension: number | undefined;
  stream: number; // the header bits that stay the same all along a stream
}

const BIT_RATES = {
  // kbit/s, of layer I, II, III
  full: [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  low: [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
};
const SAMPLE_RATES = [44100, 48000, 32000];
const JOINT_STEREO = 1;
const MONO = 3;

export const LONGEST_FRAME = 5761; // bytes: free format of 640 kbit/s at 8 kHz, more than encoders write
const SHORTEST_FREE = 32; // bytes

/** The header at `at`, or undefined when none stands there. `freeLength`: of a free-format stream the bytes of a frame without padding. */
export function frameHeader(bytes: Uint8Array, at: number, freeLength = 0): FrameHeader | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const [second, third, fourth] = [bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!];
  const version = (second >> 3) & 3; // 0: 2.5, 2: 2, 3: 1
  const layer = 4 - ((second >> 1) & 3);
  const bitRateIndex = third >> 4;
  const rateIndex = (third >> 2) & 3;
  if (version === 1 || layer === 4 || bitRateIndex === 15 || rateIndex === 3) return undefined;

  const low = version !== 3;
  const halvings = version === 3 ? 0 : version === 2 ? 1 : 2;
  const sampleRate = SAMPLE_RATES[rateIndex]! / 2 ** halvings;
  const samples = layer === 1 ? 384 : layer === 3 && low ? 576 : 1152;
  const slot = layer === 1 ? 4 : 1;
  const padding = ((third >> 1) & 1) * slot;
  const tabled = BIT_RATES[low ? 'low' : 'full'][layer - 1]![bitRateIndex]! * 1000;
  const free = bitRateIndex === 0;
  const length = free ? freeLength : Math.floor(((samples / 8 / slot) * tabled) / sampleRate) * slot;
  const mode = fourth >> 6;
  return {
    bytes: length && length + padding,
    samples,
    layer: layer as 1 | 2 | 3,
    sampleRate,
    rate: rateIndex + 3 * halvings,
    low,
    bitRate: free ? (8 * length * sampleRate) / samples : tabled,
    free,
    padding,
    body: second & 1 ? 4 : 6,
    channels: mode === MONO ? 1 : 2,
    extension: mode === JOINT_STEREO ? (fourth >> 4) & 3 : undefined,
    stream: ((second & 0xfe) << 8) | (third & 0x0c) | (free ? 1 : 0),
  };
}

/**
 * The first header at or after `from` which is followed by `confirm` more of its stream, each where the one before ends.
 * Headers that would lie beyond the end of `bytes` count as present, but the first must lie within.
 */
export function findFrame(bytes: Uint8Array, from: number, confirm: number): number | undefined {
  for (let at = from; at + 4 <= bytes.length; at++) {
    const first = frameHeader(bytes, at);
    if (!first) continue;
    const length = first.free ? freeLength(bytes, at, first) : 0;
    if (first.free ? length > 0 : follows(bytes, at + first.bytes, first, confirm)) return at;
  }
  return undefined;
}

function follows(bytes: Uint8Array, at: number, first: FrameHeader, count: number): boolean {
  if (count === 0) return true;
  if (at + 4 > bytes.length) return at > 4 && count === 1;
  const header = frameHeader(bytes, at);
  return header?.stream === first.stream && follows(bytes, at + header.bytes, first, count - 1);
}

/** How long the frames of the free-format stream that begins at `at` are, without padding: as far as to the next header, and again to the one after. 0: no such stream. */
export function freeLength(bytes: Uint8Array, at: number, first: FrameHeader): number {
  for (let length = SHORTEST_FREE; length + first.padding <= LONGEST_FRAME; length++) {
    const next = at + length + first.padding;
    if (next + 4 > bytes.length) return 0;
    if (bytes[next] !== 0xff) continue; // most of the way
    const second = frameHeader(bytes, next, length);
    if (second?.stream !== first.stream) continue;
    const third = next + second.bytes;
    if (third + 4 > bytes.length || frameHeader(bytes, third)?.stream === first.stream) return length;
  }
  return 0;
}
