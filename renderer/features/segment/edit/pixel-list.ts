/** A growing list of pixel numbers without an object for each. */
export class PixelList {
  #pixels = new Int32Array(1024);
  length = 0;

  push(pixel: number): void {
    if (this.length === this.#pixels.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.#pixels);
      this.#pixels = larger;
    }
    this.#pixels[this.length++] = pixel;
  }

  /** Removes the last; the list must not be empty. */
  pop(): number {
    return this.#pixels[--this.length]!;
  }
}
