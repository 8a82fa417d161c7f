/** Layer III (ISO 11172-3, 2.4.1.7 and 2.4.3.4; ISO 13818-3, 2.4.3). */
import type { HighBitsFirst } from '../../high-bits-first';
import type { FrameHeader } from '../header';
import { SUBBANDS } from '../synthesis';
import { BitReservoir } from './bit-reservoir';
import { readSpectrum } from './huffman';
import { HybridFilter, SLOTS } from './hybrid';
import { requantise } from './requantise';
import { noScaleFactors, readLowScaleFactors, readScaleFactors } from './scale-factors';
import { readSideInfo, type Granule } from './side-info';
import { undoJointStereo } from './stereo';

const COEFFICIENTS = SUBBANDS * SLOTS;
const INTENSITY = 1; // a bit of the header's extension

export class Layer3 {
  private readonly reservoir = new BitReservoir();
  private readonly filters = [new HybridFilter(), new HybridFilter()];
  private readonly spectra = [new Float64Array(COEFFICIENTS), new Float64Array(COEFFICIENTS)] as const;
  private readonly factors = [noScaleFactors(), noScaleFactors()] as const;

  /** `bits` at the frame's body -> subbands [channels][32, MOST_SLOTS], of which 18 or 36 slots. What is damaged, or begins in a frame that did not come, is silent. */
  decode(bits: HighBitsFirst, header: FrameHeader, subbands: Float64Array[]): void {
    const side = readSideInfo(bits, header);
    let isWhole = this.reservoir.push(bits.bytes.subarray(bits.byte), side?.back ?? 0);
    for (let index = 0; index < header.samples / COEFFICIENTS; index++) {
      const granule = side?.granules[index];
      const counts = granule && isWhole ? this.readGranule(granule, header) : undefined;
      isWhole = counts !== undefined;
      for (const [channel, plane] of subbands.entries()) {
        const filter = this.filters[channel]!;
        if (counts) filter.run(this.spectra[channel]!, counts[channel]!, granule![channel]!, plane, index * SLOTS);
        else filter.rest(plane, index * SLOTS);
      }
    }
  }

  /** The spectra of the channels; gives how many coefficients of each are not 0, or undefined where the data ends before. */
  private readGranule(granule: Granule[], header: FrameHeader): number[] | undefined {
    const { bits, end } = this.reservoir;
    const counts: number[] = [];
    for (const [channel, part] of granule.entries()) {
      const partEnd = bits.position + part.length;
      if (partEnd > end) return undefined;
      const [spectrum, factors] = [this.spectra[channel]!, this.factors[channel]!];
      if (header.low) readLowScaleFactors(bits, part, channel === 1 && ((header.extension ?? 0) & INTENSITY) !== 0, factors);
      else readScaleFactors(bits, part, factors);
      const count = readSpectrum(bits, part, partEnd, spectrum);
      requantise(spectrum, count, part, factors);
      counts.push(count);
    }
    if (!header.extension) return counts;
    const most = undoJointStereo(this.spectra, counts, header, granule[1]!, this.factors[1]);
    return [most, most];
  }
}
