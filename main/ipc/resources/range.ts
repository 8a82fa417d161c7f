export interface ByteRange {
  start: number;
  end: number; // inclusive
}

/** One range of a `Range` header; undefined (the whole file) where there is none, where it is not understood, or where it asks for several. */
export function parseRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1]!, match[2]!].map((digits) => (digits === '' ? undefined : Number(digits)));
  if (first === undefined) return last === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - last!), end: size - 1 };
  if (last !== undefined && last < first) return undefined;
  return first >= size ? 'unsatisfiable' : { start: first, end: Math.min(last ?? size - 1, size - 1) };
}
