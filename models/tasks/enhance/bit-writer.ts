/** Bits into bytes, the highest first. */
export class BitWriter {
  private bytes = new Uint8Array(1 << 12);
  private length = 0;
  private pending = 0; // bits of the byte that is being filled
  private free = 8;

  /** The low `count` bits of a value, 0 to 32 of them. */
  bits(value: number, count: number): void {
    for (let left = count; left > 0; ) {
      const taken = Math.min(left, this.free);
      const part = (value >>> (left - taken)) & ((1 << taken) - 1);
      this.pending |= part << (this.free - taken);
      this.free -= taken;
      left -= taken;
      if (this.free === 0) this.flush();
    }
  }

  /** `count` zeros and a one. */
  unary(count: number): void {
    for (let left = count; left > 0; left -= 32) this.bits(0, Math.min(left, 32));
    this.bits(1, 1);
  }

  /** Zeros up to a whole byte. */
  align(): void {
    if (this.free < 8) this.flush();
  }

  /** What was written in whole bytes. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private flush(): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(2 * this.bytes.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = this.pending;
    this.pending = 0;
    this.free = 8;
  }
}
