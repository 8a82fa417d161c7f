/** Bits of a byte array, the highest of each byte first. Past the end come zeros; `past` tells. */
export class HighBitsFirst {
  position = 0; // in bits

  constructor(readonly bytes: Uint8Array) {}

  get past(): boolean {
    return this.position > 8 * this.bytes.length;
  }

  /** The index of the next whole byte. */
  get byte(): number {
    return (this.position + 7) >>> 3;
  }

  /** `count`: at most 36. */
  read(count: number): number {
    if (count > 25) return this.read(count - 18) * 2 ** 18 + this.read(18);
    if (count === 0) return 0;
    const value = this.peek(count);
    this.position += count;
    return value;
  }

  /** The bits that `read` would give; `count`: 1 to 25. */
  peek(count: number): number {
    return this.window() >>> (32 - count);
  }

  /** In two's complement. */
  readSigned(count: number): number {
    const value = this.read(count);
    return value >= 2 ** (count - 1) ? value - 2 ** count : value;
  }

  /** The number of zeros before the next one. */
  readUnary(): number {
    for (let zeros = 0; ; zeros += 25) {
      const run = Math.clz32(this.window());
      if (run < 25) {
        this.position += run + 1;
        return zeros + run;
      }
      this.position += 25;
      if (this.past) return zeros;
    }
  }

  /** The next 25 bits or more at the top of a word. */
  private window(): number {
    const { bytes, position } = this;
    const at = position >>> 3;
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) << (position & 7);
  }
}
