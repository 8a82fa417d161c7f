import { HighBitsFirst } from '../../high-bits-first';
import { LONGEST_FRAME } from '../header';

const FARTHEST = 511; // bytes that a frame may reach back
const MARGIN = 8; // zeros behind the end, for reading in words

/** The main data of layer III: that of a frame may begin in what frames before left over. */
export class BitReservoir {
  /** At the beginning of the current frame's main data. */
  readonly bits = new HighBitsFirst(new Uint8Array(FARTHEST + LONGEST_FRAME + MARGIN));
  private held = 0; // bytes

  /** Bits, from the beginning of the bytes. */
  get end(): number {
    return 8 * this.held;
  }

  /** Takes in a frame's bytes. False: it begins `back` bytes before them, which have not come. */
  push(bytes: Uint8Array, back: number): boolean {
    const store = this.bits.bytes;
    const kept = Math.min(this.held, FARTHEST);
    store.copyWithin(0, this.held - kept, this.held);
    store.set(bytes, kept);
    this.held = kept + bytes.length;
    store.fill(0, this.held, this.held + MARGIN);
    this.bits.position = 8 * (kept - back);
    return back <= kept;
  }
}
