/** Scale factors (ISO 11172-3, 2.4.2.7; ISO 13818-3, 2.4.3.2). In a right channel of intensity stereo they are positions between left and right. */
import type { HighBitsFirst } from '../../high-bits-first';
import type { Granule } from './side-info';

/** Of each band of a granule's layout. The highest bands have none: theirs is 0. */
export interface ScaleFactors {
  values: Uint8Array;
  /** The values which as a position of intensity stereo mean none; `EVERY_POSITION`: there is none such. */
  none: Uint8Array;
  emphasis: boolean; // high bands are amplified by fixed amounts besides
}

const MOST_BANDS = 39;
const EVERY_POSITION = 255;
const NO_POSITION = 7; // in MPEG 1
const KINDS = { long: 0, short: 1, mixed: 2 };

/** MPEG 1: bits of a scale factor in the lower and in the upper bands, by the granule's code. */
const WIDTHS = [[0, 0], [0, 1], [0, 2], [0, 3], [3, 0], [1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3], [3, 1], [3, 2], [3, 3], [4, 2], [4, 3]] as const;
/** How many scale factors are in each of four groups, of which two are of the lower bands: of long, short and mixed layouts. */
const GROUPS = [[6, 5, 5, 5], [9, 9, 9, 9], [8, 9, 9, 9]];

/**
 * MPEG 2: the code is a number whose digits, to the bases `radices`, are the widths of four groups. Codes that are too large for one row belong to the next, less `codes`.
 * `groups` as above.
 */
interface LowRow {
  codes: number;
  radices: number[];
  groups: number[][];
  emphasis?: boolean;
}
const LOW_ROWS: LowRow[] = [
  { codes: 400, radices: [5, 5, 4, 4], groups: [[6, 5, 5, 5], [9, 9, 9, 9], [6, 9, 9, 9]] },
  { codes: 100, radices: [5, 5, 4, 1], groups: [[6, 5, 7, 3], [9, 9, 12, 6], [6, 9, 12, 6]] },
  { codes: 12, radices: [4, 3, 1, 1], groups: [[11, 10, 0, 0], [18, 18, 0, 0], [15, 18, 0, 0]], emphasis: true },
];
const LOW_INTENSITY_ROWS: LowRow[] = [
  { codes: 180, radices: [5, 6, 6, 1], groups: [[7, 7, 7, 0], [12, 12, 12, 0], [6, 15, 12, 0]] },
  { codes: 64, radices: [4, 4, 4, 1], groups: [[6, 6, 6, 3], [12, 9, 9, 6], [6, 12, 9, 6]] },
  { codes: 12, radices: [4, 3, 1, 1], groups: [[8, 8, 5, 0], [15, 12, 9, 0], [6, 18, 9, 0]] },
];

export function noScaleFactors(): ScaleFactors {
  return { values: new Uint8Array(MOST_BANDS), none: new Uint8Array(MOST_BANDS), emphasis: false };
}

/** MPEG 1. What the granule shares with the one before stays in `factors`. */
export function readScaleFactors(bits: HighBitsFirst, { factorCode, layout, shared, emphasis }: Granule, factors: ScaleFactors): void {
  const { values, none } = factors;
  const [lower, upper] = WIDTHS[factorCode]!;
  let at = 0;
  for (const [group, count] of GROUPS[KINDS[layout.kind]]!.entries()) {
    const isShared = layout.kind === 'long' && (shared >> (3 - group)) & 1;
    if (!isShared) for (let i = 0; i < count; i++) values[at + i] = bits.read(group < 2 ? lower : upper);
    at += count;
  }
  values.fill(0, at);
  none.fill(NO_POSITION);
  factors.emphasis = emphasis;
}

/** MPEG 2 and 2.5. `positions`: the channel is the right one of intensity stereo. */
export function readLowScaleFactors(bits: HighBitsFirst, { factorCode, layout }: Granule, positions: boolean, factors: ScaleFactors): void {
  const { values, none } = factors;
  let code = positions ? factorCode >> 1 : factorCode; // its lowest bit is of the positions' scale
  const rows = positions ? LOW_INTENSITY_ROWS : LOW_ROWS;
  const row = rows.find(({ codes }) => (code -= codes) < 0)!;
  code += row.codes;
  let at = 0;
  for (const [group, count] of row.groups[KINDS[layout.kind]]!.entries()) {
    const place = row.radices.slice(group + 1).reduce((product, radix) => product * radix, 1);
    const width = Math.floor(code / place) % row.radices[group]!;
    for (let i = 0; i < count; i++, at++) {
      values[at] = bits.read(width);
      none[at] = width === 0 ? EVERY_POSITION : 2 ** width - 1;
    }
  }
  values.fill(0, at);
  none.fill(EVERY_POSITION, at);
  factors.emphasis = row.emphasis ?? false;
}
