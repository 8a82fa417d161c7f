/** Layer I (ISO 11172-3, 2.4.1.5 and 2.4.3.1). */
import type { HighBitsFirst } from '../high-bits-first';
import type { FrameHeader } from './header';
import { scaleFactor } from './scale-factor';
import { MOST_SLOTS, SUBBANDS } from './synthesis';

const SLOTS = 12;

/** `bits` at the frame's body -> subbands [channels][32, MOST_SLOTS], of which 12 slots */
export function decodeLayer1(bits: HighBitsFirst, { channels, extension }: FrameHeader, subbands: Float64Array[]): void {
  const bound = extension === undefined ? SUBBANDS : 4 * (extension + 1); // from here on channels share their samples
  const own = (band: number) => (band < bound ? channels : 1);
  const widths = Array.from({ length: SUBBANDS }, (_, band) => Array.from({ length: own(band) }, () => bits.read(4)));
  const width = (band: number, channel: number) => widths[band]![Math.min(channel, own(band) - 1)]!;
  const factors = widths.map((_, band) => Array.from({ length: channels }, (_, channel) => (width(band, channel) > 0 ? scaleFactor(bits.read(6)) : 0)));
  for (let slot = 0; slot < SLOTS; slot++) {
    for (let band = 0; band < SUBBANDS; band++) {
      const samples = widths[band]!.map((code) => (code > 0 ? readSample(bits, code + 1) : 0));
      for (let channel = 0; channel < channels; channel++) {
        subbands[channel]![MOST_SLOTS * band + slot] = samples[Math.min(channel, samples.length - 1)]! * factors[band]![channel]!;
      }
    }
  }
}

/** One of 2^width - 1 levels between -1 and 1. */
function readSample(bits: HighBitsFirst, width: number): number {
  const levels = 2 ** width - 1;
  return (2 * bits.read(width) + 1 - levels) / levels;
}
