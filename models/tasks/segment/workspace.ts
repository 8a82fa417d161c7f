interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
}

const ALIGNMENT = 64; // bytes, of a cache line
const KEPT_BYTES = 2 ** 26; // what pictures of 3 megapixels need

/** Memory for the arrays that the work on one picture takes, and after it for those of the next: allocated anew for each, they are cleared anew, and the garbage collector looks for them every few pictures. */
export class Workspace {
  #memory = new ArrayBuffer(0);
  #taken = 0; // bytes

  /** `length` elements of any value. */
  take<T>(type: ArrayType<T>, length: number): T {
    const start = this.#taken;
    const bytes = length * type.BYTES_PER_ELEMENT;
    this.#taken += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return this.#taken <= this.#memory.byteLength ? new type(this.#memory, start, length) : new type(new ArrayBuffer(bytes), 0, length);
  }

  /** What was taken is not looked at any more. */
  clear(): void {
    const wanted = Math.min(this.#taken, KEPT_BYTES);
    if (wanted > this.#memory.byteLength) this.#memory = new ArrayBuffer(wanted);
    this.#taken = 0;
  }
}
