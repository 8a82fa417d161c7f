import { useTranslation } from 'react-i18next';

/** Numbers, sizes and times as the user's language writes them, in the country that the system says. */
export interface Format {
  readonly locale: string;
  readonly decimal: string; // what stands before the decimals
  number(value: number, digits?: number): string; // at most that many decimals
  fixed(value: number, digits: number): string; // exactly that many decimals, to stand in columns
  percent(fraction: number, digits?: number): string; // with that many decimals
  progress(fraction: number): string; // in percent, all of it only when it is done
  small(fraction: number): string; // in percent, to two significant digits
  bytes(count: number): string;
  time(ms: number): string; // of the day, to the second
  date(ms: number): string; // day and minute
}

const made = new Map<string, Format>();

export function useFormat(): Format {
  return formatFor(localeOf(useTranslation().i18n.language, navigator.languages));
}

/** The first that the system prefers of those in the language and its script (`en` and `en-GB`, not `zh` and `zh-TW`), else the language alone. */
export function localeOf(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => written(tag) === written(language)) ?? language;
}

function written(tag: string): string {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return tag; // no language that Intl knows, such as C
  }
}

export function formatFor(locale: string): Format {
  const known = made.get(locale);
  if (known !== undefined) return known;
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const small = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 });
  const number = (value: number, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const format: Format = {
    locale,
    decimal: new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === 'decimal')!.value,
    number,
    fixed: (value, digits) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    percent: (fraction, digits = 0) => (digits === 0 ? percent : new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })).format(fraction),
    progress: (fraction) => percent.format(Math.floor(100 * fraction + 1e-6) / 100),
    small: (fraction) => small.format(fraction),
    bytes(count) {
      const power = Math.min(4, Math.floor(Math.log10(Math.max(1, count)) / 3));
      const value = count / 1000 ** power;
      return `${number(value, power > 0 && value < 10 ? 1 : 0)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
    },
    time: (ms) => time.format(ms),
    date: (ms) => date.format(ms),
  };
  made.set(locale, format);
  return format;
}
