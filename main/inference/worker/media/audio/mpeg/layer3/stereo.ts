/** Joint stereo (ISO 11172-3, 2.4.3.4; ISO 13818-3, 2.4.3.2): from a middle and a side, or from one channel and positions, to left and right. */
import type { FrameHeader } from '../header';
import type { BandLayout } from './bands';
import type { ScaleFactors } from './scale-factors';
import type { Granule } from './side-info';

/** By position: gains of left and right. */
type Panorama = [left: number, right: number][];

const MOST_POSITIONS = 32;
const positions = (gains: (position: number) => Panorama[number]): Panorama => Array.from({ length: MOST_POSITIONS }, (_, position) => gains(position));

/** MPEG 1: seven of them, left to right being as tan(position pi / 12) to 1. */
const TANGENTS = positions((position) => {
  const angle = (Math.min(position, 6) * Math.PI) / 12;
  return [Math.sin(angle) / (Math.sin(angle) + Math.cos(angle)), Math.cos(angle) / (Math.sin(angle) + Math.cos(angle))];
});
/** MPEG 2: the middle, then by turns a step to the right and one to the left, of 1.5 or 3 dB. */
const STEPS = [2 ** -0.25, 2 ** -0.5].map((step) => positions((position) => (position % 2 === 1 ? [step ** ((position + 1) / 2), 1] : [1, step ** (position / 2)])));

/**
 * Both channels [576], of which the first `counts` are not 0, in place; gives how many are not 0 now. `right` and `factors`: of the second channel.
 */
export function undoJointStereo(spectra: readonly [Float64Array, Float64Array], counts: number[], header: FrameHeader, right: Granule, factors: ScaleFactors): number {
  const most = Math.max(...counts);
  const isMiddleSide = (header.extension! & 2) !== 0;
  if ((header.extension! & 1) === 0) {
    if (isMiddleSide) toLeftRight(spectra, 0, most);
    return most;
  }
  const panorama = header.low ? STEPS[right.factorCode & 1]! : TANGENTS;
  const bands = intensityBands(spectra[1], right.layout, counts[1]!);
  const { ends } = right.layout;
  for (let band = 0, from = 0; band < ends.length; from = ends[band++]!) {
    const position = bands[band] ? positionOf(band, bands, right.layout, factors, header.low) : undefined;
    if (position !== undefined) spread(spectra, from, ends[band]!, panorama[position]!);
    else if (isMiddleSide) toLeftRight(spectra, from, ends[band]!);
  }
  return most;
}

/** The bands above the last coefficient of the second channel: of short windows in each by itself, of long ones where all are over. */
function intensityBands(right: Float64Array, { long, ends }: BandLayout, count: number): boolean[] {
  const bands = Array<boolean>(ends.length).fill(true);
  const begun = [false, false, false]; // the windows, from above
  for (let band = ends.length - 1; band >= 0; band--) {
    const window = band < long ? 0 : (band - long) % 3;
    if (band < long && begun.includes(true)) begun[0] = true;
    const from = band > 0 ? ends[band - 1]! : 0;
    if (from < count) begun[window] ||= right.subarray(from, ends[band]).some((value) => value !== 0);
    bands[band] = !begun[window];
  }
  return bands;
}

/** The highest band has none of its own: that of the band below, or the middle where this is not of intensity stereo. */
function positionOf(band: number, bands: boolean[], { long, ends }: BandLayout, { values, none }: ScaleFactors, low: boolean): number | undefined {
  const windows = ends.length > long ? 3 : 1;
  const source = band < ends.length - windows ? band : band - windows;
  if (!bands[source]) return low ? 0 : 3;
  return values[source]! >= none[source]! ? undefined : values[source]!;
}

function spread([left, right]: readonly [Float64Array, Float64Array], from: number, to: number, [toLeft, toRight]: Panorama[number]): void {
  for (let i = from; i < to; i++) {
    right[i] = left[i]! * toRight;
    left[i]! *= toLeft;
  }
}

function toLeftRight([left, right]: readonly [Float64Array, Float64Array], from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const middle = left[i]! * Math.SQRT1_2;
    const side = right[i]! * Math.SQRT1_2;
    left[i] = middle + side;
    right[i] = middle - side;
  }
}
