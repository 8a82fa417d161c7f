import stringWidth from 'string-width';

/** Names come from the disk and may hold anything: control characters would act on the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** Columns aligned by the width that the terminal gives each character; the last column is cut at `width`. */
export function renderTable(head: string[], rows: string[][], width = 120): string {
  const table = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, column) => Math.max(...table.map((row) => stringWidth(row[column]!))));
  const before = widths.slice(0, -1).reduce((sum, w) => sum + w + 2, 0);
  const rest = Math.max(20, width - before);
  return table
    .map((row) => row.map((cell, column) => (column === row.length - 1 ? cut(cell, rest) : cell + ' '.repeat(widths[column]! - stringWidth(cell) + 2))).join('').trimEnd() + '\n')
    .join('');
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) >= width) break;
    kept += character;
  }
  return `${kept}…`;
}
