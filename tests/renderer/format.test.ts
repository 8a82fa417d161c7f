import { describe, expect, it } from 'vitest';
import { areaText } from '../../renderer/features/segment/panels/area';
import { formatFor, localeOf } from '../../renderer/i18n/format';

describe('the country', () => {
  it.each([
    ['en', ['en-GB', 'en-US'], 'en-GB'],
    ['de', ['en-GB', 'de-CH'], 'de-CH'],
    ['es', ['en-GB'], 'es'],
    ['zh', ['zh-TW', 'zh-SG'], 'zh-SG'],
    ['en', ['C', 'en-AU'], 'en-AU'],
  ])('of %s, where the system prefers %s, is that of %s', (language, preferred, locale) => {
    expect(localeOf(language, preferred)).toBe(locale);
  });

  it('says how days and numbers are written', () => {
    const day = new Date(2026, 10, 30, 17, 26).getTime();
    expect(['en-GB', 'en-US'].map((locale) => formatFor(locale).date(day))).toEqual(['30 Nov 2026, 17:26', expect.stringMatching(/^Nov 30, 2026, 5:26\sPM$/)]);
    expect(['de-CH', 'de'].map((locale) => formatFor(locale).decimal)).toEqual(['.', ',']);
  });
});

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
