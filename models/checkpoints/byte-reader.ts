/** Reads little-endian numbers and text forwards from bytes that may end anywhere, a window at a time. */
import { ModelError } from '../errors';
import type { ByteSource } from './byte-source';

const HINT = 'Download or copy the weights again; the file is damaged, or it is no PyTorch checkpoint.';
const WINDOW_BYTES = 1 << 16;
const MAX_LINE_BYTES = 1 << 12;

/** What every reader of PyTorch files throws: BAD_CHECKPOINT. */
export function badTorch(reason: string, hint = HINT): ModelError {
  return new ModelError('BAD_CHECKPOINT', `not a PyTorch checkpoint that can be read: ${reason}`, hint);
}

export class ByteReader {
  private window = new Uint8Array(0);
  private view = new DataView(this.window.buffer);
  private windowStart = 0;
  /** of the next byte, in the window */
  private at = 0;

  constructor(readonly source: ByteSource) {}

  get position(): number {
    return this.windowStart + this.at;
  }

  get left(): number {
    return this.source.size - this.position;
  }

  uint8(): number {
    const at = this.advance(1);
    return this.view.getUint8(at);
  }

  uint16(): number {
    const at = this.advance(2);
    return this.view.getUint16(at, true);
  }

  uint32(): number {
    const at = this.advance(4);
    return this.view.getUint32(at, true);
  }

  int32(): number {
    const at = this.advance(4);
    return this.view.getInt32(at, true);
  }

  /** An unsigned 64-bit integer that a double holds exactly. */
  uint64(): number {
    const at = this.advance(8);
    const value = Number(this.view.getBigUint64(at, true));
    if (!Number.isSafeInteger(value)) throw badTorch(`a length of ${value} bytes`);
    return value;
  }

  /** The one big-endian number of the pickle format. */
  float64BigEndian(): number {
    const at = this.advance(8);
    return this.view.getFloat64(at, false);
  }

  /** Valid until the window moves on; callers bound the length. */
  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.window.subarray(start, start + length);
  }

  /** Moves on without reading. */
  skip(length: number): void {
    this.mustHave(length);
    this.moveTo(this.position + length);
  }

  /** Text up to a line feed, which is skipped. */
  line(): Uint8Array {
    const length = Math.min(MAX_LINE_BYTES, this.left);
    const start = this.advance(length);
    const end = this.window.indexOf(0x0a, start);
    if (end < 0 || end >= start + length) throw badTorch(length < MAX_LINE_BYTES ? 'it ends within a line' : `a line of more than ${MAX_LINE_BYTES} bytes`);
    this.at = end + 1;
    return this.window.subarray(start, end);
  }

  /** Makes the next `length` bytes lie in the window, which may become another, and steps over them; where they begin in it. */
  private advance(length: number): number {
    if (length > this.window.length - this.at) {
      this.mustHave(length);
      this.moveTo(this.position);
      this.window = this.source.read(this.windowStart, Math.min(this.source.size, this.windowStart + Math.max(length, WINDOW_BYTES)));
      this.view = new DataView(this.window.buffer);
    }
    const start = this.at;
    this.at += length;
    return start;
  }

  private moveTo(position: number): void {
    this.windowStart = position;
    this.at = 0;
    this.window = this.window.subarray(0, 0);
    this.view = new DataView(new ArrayBuffer(0));
  }

  private mustHave(length: number): void {
    if (length > this.left) throw badTorch(`it ends at byte ${this.source.size}, where ${length} bytes more than ${this.position} were expected`);
  }
}
