/** The polyphase filter bank of all layers (ISO 11172-3, 2.4.3.2 and figure A.2): 32 subbands, each at a 32nd of the rate -> sound. */
import { cosineTransforms, TRANSFORMED_ROWS } from './cosine-transform';
import { SYNTHESIS_WINDOW } from './synthesis-window';

export const SUBBANDS = 32;
export const MOST_SLOTS = 36; // of a frame
const PAST = 15; // slots before the current one that its sound depends on
const STRIDE = PAST + MOST_SLOTS;

/**
 * With X[n], n = 0..31, the cosine transform of a slot's samples, the standard's vector V of the slot is, j = 0..15:
 * V[j] = X[16 + j], V[16] = 0, V[32 - j] = -X[16 + j], V[32 + j] = -X[16 - j], V[64 - j] = -X[16 - j], V[48] = -X[0]. So sample j of 0..31,
 * the sum over i = 0..7 of D[64 i + j] V[j] of slot t - 2 i and D[64 i + 32 + j] V[32 + j] of slot t - 2 i - 1, needs two of the X.
 */
const TAPS = Array.from({ length: SUBBANDS }, (_, j) => ({
  even: TRANSFORMED_ROWS[j < 16 ? 16 + j : Math.min(31, 48 - j)]!,
  odd: TRANSFORMED_ROWS[Math.abs(16 - j)]!,
  weights: Float64Array.from({ length: 16 }, (_, tap) => (tap % 2 === 1 ? -1 : Math.sign(16 - j)) * SYNTHESIS_WINDOW[32 * tap + j]!),
}));

/** The filter of one channel. */
export class SynthesisFilter {
  private readonly slots = new Float64Array(SUBBANDS * STRIDE); // [32, slots]: the subbands' samples, then their transforms, which stay as the past

  /** subbands [32, MOST_SLOTS], of which `count` slots hold something -> sound [32 count] */
  run(subbands: Float64Array, count: number, sound: Float32Array): void {
    const { slots } = this;
    for (let band = 0; band < SUBBANDS; band++) {
      for (let t = 0, at = band * STRIDE + PAST, from = band * MOST_SLOTS; t < count; t++) slots[at + t] = subbands[from + t]!;
    }
    cosineTransforms(slots, STRIDE, PAST, count);
    for (let j = 0; j < SUBBANDS; j++) weigh(slots, j, count, sound);
    for (let row = 0; row < SUBBANDS; row++) slots.copyWithin(row * STRIDE, row * STRIDE + count, row * STRIDE + count + PAST);
  }
}

/** Sample j of each slot. */
function weigh(slots: Float64Array, j: number, count: number, sound: Float32Array): void {
  const { even, odd, weights } = TAPS[j]!;
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0, w4 = 0, w5 = 0, w6 = 0, w7 = 0, w8 = 0, w9 = 0, w10 = 0, w11 = 0, w12 = 0, w13 = 0, w14 = 0, w15 = 0] = weights;
  let a = even * STRIDE + PAST;
  let b = odd * STRIDE + PAST;
  for (let at = j; at < SUBBANDS * count; at += SUBBANDS, a++, b++) {
    sound[at] =
      slots[a]! * w0 + slots[a - 2]! * w2 + slots[a - 4]! * w4 + slots[a - 6]! * w6 + slots[a - 8]! * w8 + slots[a - 10]! * w10 + slots[a - 12]! * w12 + slots[a - 14]! * w14 +
      (slots[b - 1]! * w1 + slots[b - 3]! * w3 + slots[b - 5]! * w5 + slots[b - 7]! * w7 + slots[b - 9]! * w9 + slots[b - 11]! * w11 + slots[b - 13]! * w13 + slots[b - 15]! * w15);
  }
}
