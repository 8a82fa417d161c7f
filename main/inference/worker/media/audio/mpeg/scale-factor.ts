/** Of layers I and II (ISO 11172-3, table B.1): steps of 2 dB down from 2. Index 63 is not to be used. */
export function scaleFactor(index: number): number {
  return 2 ** (1 - index / 3);
}
