import { readFile } from 'node:fs/promises';
import { AppError } from '../contract/errors';
import { readError } from '../fs/system-errors';

/** Rows of a table with tabs between cells and the columns' names in its first line. Throws BAD_INPUT where a column of `columns` is missing. */
export async function readTsv<Column extends string>(file: string, columns: readonly Column[]): Promise<Record<Column, string>[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => Promise.reject(readError(error, file)));
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const places = columns.map((column) => [column, head.split('\t').indexOf(column)] as const);
  const missing = places.find(([, place]) => place < 0);
  if (missing) throw new AppError('BAD_INPUT', `${file} has no column ${missing[0]}`, `Its first line must name the columns ${columns.join(', ')}, with tabs between.`);
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(places.map(([column, place]) => [column, cells[place] ?? ''])) as Record<Column, string>;
  });
}
