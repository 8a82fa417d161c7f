/** The side information of a frame (ISO 11172-3, 2.4.1.7; ISO 13818-3, 2.4.1.7): how its granules are coded. */
import type { HighBitsFirst } from '../../high-bits-first';
import type { FrameHeader } from '../header';
import { bandLayouts, type BandLayout } from './bands';

export interface SideInfo {
  back: number; // bytes of main data that lie before the frame
  granules: Granule[][]; // [granules][channels]
}

export interface Granule {
  length: number; // bits of scale factors and coefficients
  pairs: number; // of coefficients that are coded in pairs
  gain: number; // in steps of a quarter of 6 dB
  factorCode: number; // tells the widths of the scale factors
  shared: number; // a bit for each of four groups of scale factors that are the granule's before, the highest for the first
  window: WindowKind;
  mixed: boolean; // the two lowest subbands have long windows all the same
  layout: BandLayout;
  tables: number[]; // of the three regions that the pairs fall into
  borders: [number, number]; // between the regions: coefficients
  windowGains: number[]; // of the three short windows, in steps of 12 dB down
  emphasis: boolean; // high bands are amplified by fixed amounts
  factorStep: number; // of scale factors, in quarters of 6 dB
  quadrupleTable: number;
}

/** `start` and `stop` lead from long windows to short ones and back. */
export type WindowKind = (typeof WINDOWS)[number];

const WINDOWS = ['long', 'start', 'short', 'stop'] as const;
const MOST_PAIRS = 288;

/** `bits` at the frame's body. Undefined: damaged. */
export function readSideInfo(bits: HighBitsFirst, { low, channels, rate }: FrameHeader): SideInfo | undefined {
  const back = bits.read(low ? 8 : 9);
  bits.read(low ? channels : channels === 1 ? 5 : 3); // for private use
  const shared = Array.from({ length: channels }, () => (low ? 0 : bits.read(4)));
  const granules: Granule[][] = [];
  for (let index = 0; index < (low ? 1 : 2); index++) {
    const row = shared.map((groups) => readGranule(bits, low, rate, index === 0 ? 0 : groups));
    if (row.includes(undefined)) return undefined;
    granules.push(row as Granule[]);
  }
  return { back, granules };
}

function readGranule(bits: HighBitsFirst, low: boolean, rate: number, shared: number): Granule | undefined {
  const [length, pairs, gain, factorCode] = [bits.read(12), bits.read(9), bits.read(8), bits.read(low ? 9 : 4)];
  const layouts = bandLayouts[rate]!;
  const regions = bits.read(1) ? readSwitched(bits, layouts) : readLong(bits, layouts.long);
  const emphasis = !low && bits.read(1) === 1;
  const factorStep = bits.read(1) ? 4 : 2;
  const quadrupleTable = bits.read(1);
  if (!regions || pairs > MOST_PAIRS) return undefined;
  return { length, pairs, gain, factorCode, shared, emphasis, factorStep, quadrupleTable, ...regions };
}

type Regions = Pick<Granule, 'window' | 'mixed' | 'layout' | 'tables' | 'borders' | 'windowGains'>;

function readLong(bits: HighBitsFirst, layout: BandLayout): Regions {
  const tables = [bits.read(5), bits.read(5), bits.read(5)];
  const first = bits.read(4); // bands of the first region but one
  const second = first + bits.read(3) + 1; // and of the first two
  const end = (band: number) => layout.ends[Math.min(band, layout.ends.length - 1)]!;
  return { window: 'long', mixed: false, layout, tables, borders: [end(first), end(second)], windowGains: [] };
}

function readSwitched(bits: HighBitsFirst, layouts: (typeof bandLayouts)[number]): Regions | undefined {
  const window = WINDOWS[bits.read(2)]!;
  const mixed = bits.read(1) === 1;
  const tables = [bits.read(5), bits.read(5), 0];
  const windowGains = [bits.read(3), bits.read(3), bits.read(3)];
  if (window === 'long') return undefined;
  const layout = window !== 'short' ? layouts.long : mixed ? layouts.mixed : layouts.short;
  const border = window === 'short' ? layouts.short.ends[8]! : layouts.long.ends[7]!; // three bands of three windows, or eight bands
  return { window, mixed, layout, tables, borders: [border, 576], windowGains };
}
