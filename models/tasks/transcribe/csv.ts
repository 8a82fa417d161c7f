import { textCell } from '../csv-cell';
import type { Transcript } from './segments';

/** RFC 4180 with a header: number, start and end in seconds, the mean confidence of the words (empty where there are none), text. */
export function toCsv({ segments }: Transcript): string {
  const rows = segments.map(({ start, end, text, words }, i) => {
    const confidence = words.length === 0 ? '' : (words.reduce((sum, word) => sum + word.confidence, 0) / words.length).toFixed(3);
    return [String(i + 1), start.toFixed(3), end.toFixed(3), confidence, textCell(text)].join(',');
  });
  return ['number,start,end,confidence,text', ...rows].map((row) => `${row}\r\n`).join('');
}
