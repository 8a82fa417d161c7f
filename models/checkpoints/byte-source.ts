/** Bytes that are read piece by piece, from a file or from memory: a checkpoint need not fit into memory as a whole. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from `start` up to `end`, both within the size, in memory of their own. */
  read(start: number, end: number): Uint8Array<ArrayBuffer>;
}

/** `bytes` must stay as they are. */
export function inMemory(bytes: Uint8Array): ByteSource {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength); // a Buffer slices differently
  return { size: plain.length, read: (start, end) => plain.slice(start, end) as Uint8Array<ArrayBuffer> };
}

/** The bytes of `source` from `start` up to `end` as a source of their own. */
export function partOf(source: ByteSource, start: number, end: number): ByteSource {
  return { size: end - start, read: (from, to) => source.read(start + from, start + to) };
}
