/** A binary heap of pixels, the greatest height first and the earliest entry among equals, in typed arrays. */
export class FloodQueue {
  #heights = new Float32Array(1024);
  #orders = new Float64Array(1024);
  #pixels = new Int32Array(1024);
  #entered = 0;
  size = 0;

  push(height: number, pixel: number): void {
    if (this.size === this.#pixels.length) this.#grow();
    const heights = this.#heights;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (heights[parent]! >= height) break; // what is already in goes first among equals
      this.#move(parent, hole);
      hole = parent;
    }
    this.#put(hole, height, this.#entered++, pixel);
  }

  /** Removes the first pixel; the queue must not be empty. */
  pop(): number {
    const heights = this.#heights;
    const orders = this.#orders;
    const first = this.#pixels[0]!;
    const last = --this.size;
    const height = heights[last]!;
    const order = orders[last]!;
    let hole = 0;
    for (let child = 1; child < last; child = 2 * hole + 1) {
      if (child + 1 < last && before(heights[child + 1]!, orders[child + 1]!, heights[child]!, orders[child]!)) child++;
      if (!before(heights[child]!, orders[child]!, height, order)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#put(hole, height, order, this.#pixels[last]!);
    return first;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#heights[from]!, this.#orders[from]!, this.#pixels[from]!);
  }

  #put(at: number, height: number, order: number, pixel: number): void {
    this.#heights[at] = height;
    this.#orders[at] = order;
    this.#pixels[at] = pixel;
  }

  #grow(): void {
    const grown = <T extends Float32Array | Float64Array | Int32Array>(larger: T, array: T): T => {
      larger.set(array);
      return larger;
    };
    const capacity = 2 * this.#pixels.length;
    this.#heights = grown(new Float32Array(capacity), this.#heights);
    this.#orders = grown(new Float64Array(capacity), this.#orders);
    this.#pixels = grown(new Int32Array(capacity), this.#pixels);
  }
}

function before(height: number, order: number, otherHeight: number, otherOrder: number): boolean {
  return height > otherHeight || (height === otherHeight && order < otherOrder);
}
