/** Gives coefficients their size (ISO 11172-3, 2.4.3.4, "requantization"). */
import type { ScaleFactors } from './scale-factors';
import type { Granule } from './side-info';

const UNITY = 210; // the gain of 1
const LEAST = -UNITY - 8 * 7 - 4 * (31 + 3);
/** 2^(n/4) at n - LEAST. */
const QUARTERS = Float64Array.from({ length: 255 - UNITY - LEAST + 1 }, (_, i) => 2 ** ((i + LEAST) / 4));
/** Of band 11 and those above: added to their scale factors. */
const EMPHASIS = [...Array<number>(11).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 3, 2, 0];

/** The first `count` of `spectrum`, which are to the power 4/3, by their bands' gains. */
export function requantise(spectrum: Float64Array, count: number, granule: Granule, { values, emphasis }: ScaleFactors): void {
  const { layout, gain, windowGains, factorStep } = granule;
  for (let band = 0, from = 0; from < count; from = layout.ends[band++]!) {
    const factor = values[band]! + (emphasis && band < layout.long ? EMPHASIS[band]! : 0);
    const windowGain = band < layout.long ? 0 : windowGains[(band - layout.long) % 3]!;
    const scale = QUARTERS[gain - UNITY - 8 * windowGain - factorStep * factor - LEAST]!;
    const to = Math.min(count, layout.ends[band]!);
    for (let i = from; i < to; i++) spectrum[i]! *= scale;
  }
}
