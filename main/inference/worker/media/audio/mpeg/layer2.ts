/** Layer II (ISO 11172-3, 2.4.1.6 and 2.4.3.3). */
import type { HighBitsFirst } from '../high-bits-first';
import type { FrameHeader } from './header';
import { allocation } from './layer2-allocation';
import { scaleFactor } from './scale-factor';
import { MOST_SLOTS } from './synthesis';

const PARTS = 3; // of a frame, each with a scale factor of its own
const GROUPS = 4; // of a part; a group is three slots
/** By the choice that is sent: which of the scale factors that follow serves each part. */
const SHARED = [
  [0, 1, 2],
  [0, 0, 1],
  [0, 0, 0],
  [0, 1, 1],
];

/** `bits` at the frame's body -> subbands [channels][32, 36] */
export function decodeLayer2(bits: HighBitsFirst, header: FrameHeader, subbands: Float64Array[]): void {
  const { channels, extension } = header;
  const bands = allocation(header);
  const bound = extension === undefined ? bands.length : Math.min(bands.length, 4 * (extension + 1)); // from here on channels share their samples
  const own = (band: number) => (band < bound ? channels : 1);
  const levels = bands.map(({ width, levels }, band) => Array.from({ length: own(band) }, () => levels[bits.read(width)]!));
  const isUsed = (band: number, channel: number) => levels[band]![Math.min(channel, own(band) - 1)]! > 0;
  const perChannel = <T>(read: (band: number, channel: number) => T): T[][] => bands.map((_, band) => Array.from({ length: channels }, (_, channel) => read(band, channel)));
  const choices = perChannel((band, channel) => (isUsed(band, channel) ? bits.read(2) : undefined));
  const factors = perChannel((band, channel) => {
    const choice = choices[band]![channel];
    return choice === undefined ? [0, 0, 0] : readFactors(bits, SHARED[choice]!);
  });

  for (const plane of subbands) plane.fill(0);
  for (let group = 0; group < PARTS * GROUPS; group++) {
    for (let band = 0; band < bands.length; band++) {
      const samples = levels[band]!.map((count) => readGroup(bits, count));
      for (let channel = 0; channel < channels; channel++) {
        const three = samples[Math.min(channel, samples.length - 1)]!;
        const factor = factors[band]![channel]![Math.floor(group / GROUPS)]!;
        for (let i = 0; i < 3; i++) subbands[channel]![MOST_SLOTS * band + 3 * group + i] = three[i]! * factor;
      }
    }
  }
}

/** As many as `shared` names -> one a part. */
function readFactors(bits: HighBitsFirst, shared: number[]): number[] {
  const sent = Array.from({ length: Math.max(...shared) + 1 }, () => scaleFactor(bits.read(6)));
  return shared.map((index) => sent[index]!);
}

/** Three samples, each one of `levels` between -1 and 1; where there are few levels, the three in one number. */
function readGroup(bits: HighBitsFirst, levels: number): number[] {
  if (levels === 0) return [0, 0, 0];
  const sample = (level: number) => (2 * level + 1 - levels) / levels;
  if (levels > 9 || levels === 7) return Array.from({ length: 3 }, () => sample(bits.read(Math.log2(levels + 1))));
  const code = bits.read(Math.ceil(Math.log2(levels ** 3)));
  return [0, 1, 2].map((power) => sample(Math.floor(code / levels ** power) % levels));
}
