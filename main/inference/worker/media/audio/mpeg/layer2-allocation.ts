/** Which numbers of levels the samples of a subband may have (ISO 11172-3, tables B.2; ISO 13818-3, table B.1). */
import type { FrameHeader } from './header';

interface Band {
  width: number; // bits of the index into
  levels: number[]; // 0: the subband holds nothing
}

const FINE = [0, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535];
const MIDDLE = [0, 3, 5, 7, 9, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 65535];
const COARSE = [0, 3, 5, 9, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767];
const LOW = [0, 3, 5, 7, 9, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383];

/** `count` subbands of 2^width numbers each. */
const bands = (count: number, width: number, levels: number[]): Band[] => Array.from({ length: count }, () => ({ width, levels }));

const generous = [...bands(3, 4, FINE), ...bands(8, 4, MIDDLE), ...bands(12, 3, [...MIDDLE.slice(0, 7), 65535]), ...bands(7, 2, [0, 3, 5, 65535])];
const scarce = [...bands(2, 4, COARSE), ...bands(10, 3, COARSE)];
const low = [...bands(4, 4, LOW), ...bands(7, 3, COARSE), ...bands(19, 2, COARSE)];

/** The subbands that a frame has. */
export function allocation({ low: isLow, bitRate, channels, sampleRate }: FrameHeader): Band[] {
  if (isLow) return low;
  const perChannel = bitRate / channels;
  if (perChannel < 56_000) return sampleRate === 32000 ? scarce : scarce.slice(0, 8);
  return sampleRate === 48000 || perChannel <= 80_000 ? generous.slice(0, 27) : generous;
}
