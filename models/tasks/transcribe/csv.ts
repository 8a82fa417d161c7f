import type { Transcript } from './segments';

const FORMULA = /^[=+\-@\t\r]/; // what a spreadsheet would run

/** RFC 4180 with a header: number, start and end in seconds, the mean confidence of the words (empty where there are none), text. */
export function toCsv({ segments }: Transcript): string {
  const rows = segments.map(({ start, end, text, words }, i) => {
    const confidence = words.length === 0 ? '' : (words.reduce((sum, word) => sum + word.confidence, 0) / words.length).toFixed(3);
    return [String(i + 1), start.toFixed(3), end.toFixed(3), confidence, cell(text)].join(',');
  });
  return ['number,start,end,confidence,text', ...rows].map((row) => `${row}\r\n`).join('');
}

/** Quoted where needed; an apostrophe before what would be taken for a formula. */
function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
