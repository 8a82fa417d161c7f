/** Bits of a packet, the lowest of each byte first (Vorbis I, section 2). Past the end come zeros; `past` tells. */
export class LowBitsFirst {
  position = 0; // in bits

  constructor(readonly bytes: Uint8Array) {}

  get past(): boolean {
    return this.position > 8 * this.bytes.length;
  }

  /** `count`: at most 32. */
  read(count: number): number {
    if (count > 24) return this.read(16) + this.read(count - 16) * 2 ** 16;
    const value = this.peek(count);
    this.position += count;
    return value;
  }

  /** `count`: at most 24. */
  peek(count: number): number {
    const { bytes, position } = this;
    const at = position >>> 3;
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    return (word >>> (position & 7)) & ((1 << count) - 1);
  }

  flag(): boolean {
    return this.read(1) === 1;
  }
}

/** How many bits a number takes: 0 for 0, 3 for 7, 4 for 8. */
export function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}
