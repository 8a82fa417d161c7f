/** Calls `decode`, which must be synchronous: the wasm decoders print each fault to the console besides returning it. */
export function quietly<T>(decode: () => T): T {
  const { console } = globalThis;
  const { error } = console;
  console.error = () => undefined;
  try {
    return decode();
  } finally {
    console.error = error;
  }
}
