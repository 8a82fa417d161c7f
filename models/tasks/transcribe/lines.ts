/** The usual limits of subtitles: two lines of 42 characters. */
export const LINES = 2;
export const LINE_WIDTH = 42;

/** As few lines as possible; two lines are made as even as possible. A word longer than `width` has a line of its own. */
export function wrapLines(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.length === 2 ? evenLines(text, width) : lines;
}

function evenLines(text: string, width: number): string[] {
  const breaks = [...text.matchAll(/ /g)].map(({ index }) => [text.slice(0, index), text.slice(index + 1)]);
  const longest = (lines: string[]) => Math.max(...lines.map(({ length }) => length));
  const allowed = breaks.filter((lines) => longest(lines) <= width);
  return (allowed.length > 0 ? allowed : breaks).reduce((best, lines) => (longest(lines) < longest(best) ? lines : best));
}
