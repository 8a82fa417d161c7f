/** Scale factor bands (ISO 11172-3, table B.8; ISO 13818-3, table B.2; for 8, 11 and 12 kHz as all decoders have them). */

/** The bands of a granule in the order in which its coefficients are stored. */
export interface BandLayout {
  kind: 'long' | 'short' | 'mixed';
  long: number; // bands of long windows at the front; of the others each stands three times, for three short windows
  ends: Uint16Array; // where each ends: coefficients
}

const COEFFICIENTS = 576;
const MIXED = 36; // coefficients of long windows in mixed granules

/** Widths of bands, by rate: 44.1, 48, 32 kHz, their halves, their quarters. */
const RATES: { long: number[]; short: number[] }[] = [
  { long: [4, 4, 4, 4, 4, 4, 6, 6, 8, 8, 10, 12, 16, 20, 24, 28, 34, 42, 50, 54, 76, 158], short: [4, 4, 4, 4, 6, 8, 10, 12, 14, 18, 22, 30, 56] },
  { long: [4, 4, 4, 4, 4, 4, 6, 6, 6, 8, 10, 12, 16, 18, 22, 28, 34, 40, 46, 54, 54, 192], short: [4, 4, 4, 4, 6, 6, 10, 12, 14, 16, 20, 26, 66] },
  { long: [4, 4, 4, 4, 4, 4, 6, 6, 8, 10, 12, 16, 20, 24, 30, 38, 46, 56, 68, 84, 102, 26], short: [4, 4, 4, 4, 6, 8, 12, 16, 20, 26, 34, 42, 12] },
  { long: [6, 6, 6, 6, 6, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 38, 46, 52, 60, 68, 58, 54], short: [4, 4, 4, 6, 6, 8, 10, 14, 18, 26, 32, 42, 18] },
  { long: [6, 6, 6, 6, 6, 6, 8, 10, 12, 14, 16, 18, 22, 26, 32, 38, 46, 54, 62, 70, 76, 36], short: [4, 4, 4, 6, 8, 10, 12, 14, 18, 24, 32, 44, 12] },
  ...Array<{ long: number[]; short: number[] }>(3).fill({
    long: [6, 6, 6, 6, 6, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 38, 46, 52, 60, 68, 58, 54],
    short: [4, 4, 4, 6, 8, 10, 12, 14, 18, 24, 30, 40, 18],
  }),
  { long: [12, 12, 12, 12, 12, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 76, 90, 2, 2, 2, 2, 2], short: [8, 8, 8, 12, 16, 20, 24, 28, 36, 2, 2, 2, 26] },
];

/** By rate. */
export const bandLayouts = RATES.map(({ long, short }) => ({
  long: layout('long', long, [], 0),
  short: layout('short', [], short, 0),
  mixed: layout('mixed', long, short, MIXED),
}));

/** Long bands up to coefficient `border` (0: all, where there are no short ones), then short ones. */
function layout(kind: BandLayout['kind'], long: number[], short: number[], border: number): BandLayout {
  const ends: number[] = [];
  let end = 0;
  for (const width of long) if (kind === 'long' || end < border) ends.push((end += width));
  const longBands = ends.length;
  let top = 0; // of the short bands of one window
  for (const width of short) {
    top += width;
    const own = Math.min(width, top - border / 3); // at 8 kHz the border lies within a short band
    if (own > 0) for (let window = 0; window < 3; window++) ends.push((end += own));
  }
  if (end !== COEFFICIENTS) throw new Error(`bands of ${end} coefficients`);
  return { kind, long: longBands, ends: Uint16Array.from(ends) };
}
