/** A sample as a 16-bit integer: rounded, and clipped where it is louder than full scale. */
export function toInt16(sample: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
}
