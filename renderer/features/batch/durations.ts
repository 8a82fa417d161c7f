/** Spans of time in the user's language, such as `format.locale`: to the second when short, coarser when long. */
export function durationText(locale: string, seconds: number): string {
  const unit = (value: number, name: 'second' | 'minute' | 'hour', digits = 0) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
  if (seconds < 10) return unit(seconds, 'second', 1);
  if (seconds < 90) return unit(Math.round(seconds), 'second');
  return seconds < 5400 ? unit(Math.round(seconds / 60), 'minute') : unit(seconds / 3600, 'hour', 1);
}
