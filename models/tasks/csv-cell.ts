/** A text as a cell of CSV: quoted as RFC 4180 asks; an apostrophe keeps spreadsheets from running a name like `=cmd()` as a formula. */
export function textCell(text: string): string {
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
