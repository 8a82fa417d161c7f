import { useTranslation } from 'react-i18next';

/** Numbers, sizes and times as the user's language writes them. */
export interface Format {
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
  return formatFor(useTranslation().i18n.language);
}

export function formatFor(language: string): Format {
  const known = made.get(language);
  if (known !== undefined) return known;
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const small = new Intl.NumberFormat(language, { style: 'percent', maximumSignificantDigits: 2 });
  const number = (value: number, digits = 0) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  const format: Format = {
    decimal: new Intl.NumberFormat(language).formatToParts(0.5).find(({ type }) => type === 'decimal')!.value,
    number,
    fixed: (value, digits) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    percent: (fraction, digits = 0) => (digits === 0 ? percent : new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })).format(fraction),
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
  made.set(language, format);
  return format;
}
