interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
}

const ALIGNMENT = 64; // bytes, of a cache line

/** Memory for the arrays that the work on one picture takes, and after it for those of the next: allocated anew for each, they are cleared anew, and the garbage collector looks for them every few pictures. */
export class Workspace {
  readonly #memory: ArrayBuffer;
  #taken = 0; // bytes

  /** What goes beyond `bytes` is allocated when it is taken. Systems give memory when it is touched: a large workspace of which little is used costs little. */
  constructor(bytes = 0) {
    this.#memory = new ArrayBuffer(bytes);
  }

  /** `length` elements of any value. */
  take<T>(type: ArrayType<T>, length: number): T {
    const start = this.#taken;
    const bytes = length * type.BYTES_PER_ELEMENT;
    this.#taken += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return this.#taken <= this.#memory.byteLength ? new type(this.#memory, start, length) : new type(new ArrayBuffer(bytes), 0, length);
  }

  /** What was taken is not looked at any more. */
  clear(): void {
    this.#taken = 0;
  }
}
