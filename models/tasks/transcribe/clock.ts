/** Times for reading: `1:05` or, in recordings of an hour and more, `0:01:05`. `tenths` adds a decimal. */
export function readingClock(seconds: number, duration: number, tenths = false): string {
  const unit = tenths ? 10 : 1;
  const count = Math.floor(Math.max(0, seconds) * unit + 1e-6);
  const whole = Math.floor(count / unit);
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = two(whole % 60) + (tenths ? `.${count % 10}` : '');
  return duration >= 3600 ? `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${rest}` : `${Math.floor(whole / 60)}:${rest}`;
}
