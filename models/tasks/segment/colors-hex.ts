import type { Color } from './colors';

/** `#rrggbb` as three numbers 0 to 255. */
export function hexColor(hex: string): Color {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
