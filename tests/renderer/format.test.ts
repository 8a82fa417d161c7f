import { describe, expect, it } from 'vitest';
import { areaText } from '../../renderer/features/segment/panels/area';
import { formatFor } from '../../renderer/i18n/format';

describe('shares', () => {
  it.each([['en', '81%', '3.4%'], ['zh', '81%', '3.4%'], ['de', '81\u00A0%', '3,4\u00A0%'], ['es', '81\u00A0%', '3,4\u00A0%']])('are written as in %s', (language, whole, tenths) => {
    const format = formatFor(language);
    expect(format.percent(0.81)).toBe(whole);
    expect(format.percent(0.0341, 1)).toBe(tenths);
  });

  it('of what is being done are never more than is done', () => {
    expect([0, 0.29, 0.999, 1].map(formatFor('en').progress)).toEqual(['0%', '29%', '99%', '100%']);
  });
});

it.each([['en', '.'], ['zh', '.'], ['de', ','], ['es', ',']])('decimals stand behind what %s puts before them', (language, sign) => {
  expect(formatFor(language).decimal).toBe(sign);
});

it('areas are in micrometres where the scale is known', () => {
  const format = formatFor('en');
  expect(areaText(format, 12_410, null)).toBe('12,410 px');
  expect(areaText(format, 2604, 0.25)).toBe('162.75 µm²');
  expect(areaText(format, 2600, 0.05)).toBe('6.50 µm²');
});
