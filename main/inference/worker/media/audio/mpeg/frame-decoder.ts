import { HighBitsFirst } from '../high-bits-first';
import type { Frame } from './frame-walker';
import { decodeLayer1 } from './layer1';
import { decodeLayer2 } from './layer2';
import { Layer3 } from './layer3/layer3';
import { MOST_SLOTS, SUBBANDS, SynthesisFilter } from './synthesis';

/** Decodes the frames of a stream of MPEG audio, one after the other. */
export class FrameDecoder {
  private readonly layer3 = new Layer3();
  private readonly filters = [new SynthesisFilter(), new SynthesisFilter()];
  private readonly subbands = [new Float64Array(MOST_SLOTS * SUBBANDS), new Float64Array(MOST_SLOTS * SUBBANDS)];

  /** -> sound [channels][samples] */
  decode({ header, bytes }: Frame): Float32Array[] {
    const subbands = this.subbands.slice(0, header.channels);
    const bits = new HighBitsFirst(bytes);
    bits.position = 8 * header.body;
    if (header.layer === 1) decodeLayer1(bits, header, subbands);
    else if (header.layer === 2) decodeLayer2(bits, header, subbands);
    else this.layer3.decode(bits, header, subbands);
    return subbands.map((plane, channel) => {
      const sound = new Float32Array(header.samples);
      this.filters[channel]!.run(plane, header.samples / SUBBANDS, sound);
      return sound;
    });
  }
}
