/** Reads little-endian numbers and text forwards from bytes that may end anywhere. */
import { ModelError } from '../errors';

const HINT = 'Download or copy the weights again; the file is damaged, or it is no PyTorch checkpoint.';

/** What every reader of PyTorch files throws: BAD_CHECKPOINT. */
export function badTorch(reason: string): ModelError {
  return new ModelError('BAD_CHECKPOINT', `not a PyTorch checkpoint that can be read: ${reason}`, HINT);
}

export class ByteReader {
  position = 0;
  private readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.view.getUint8(this.advance(1));
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  int32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  /** An unsigned 64-bit integer that a double holds exactly. */
  uint64(): number {
    const value = Number(this.view.getBigUint64(this.advance(8), true));
    if (!Number.isSafeInteger(value)) throw badTorch(`a length of ${value} bytes`);
    return value;
  }

  /** The one big-endian number of the pickle format. */
  float64BigEndian(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  /** A view, no copy. */
  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Text up to a line feed, which is skipped. */
  line(): Uint8Array {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw badTorch('it ends within a line');
    const line = this.take(end - this.position);
    this.position++;
    return line;
  }

  private advance(length: number): number {
    const start = this.position;
    if (length > this.bytes.length - start) throw badTorch(`it ends at byte ${this.bytes.length}, where ${length} bytes more than ${start} were expected`);
    this.position = start + length;
    return start;
  }
}
