/** What is written of a classified file. */
import { textCell } from '../csv-cell';
import type { RankedClass } from './ranking';

export interface Classified {
  file: string; // name
  model: string; // id
  classes: readonly RankedClass[]; // the most likely first
}

const DIGITS = 6; // of a score

/** { file, model, classes: [{ index, label, score }] } */
export function classesJson({ file, model, classes }: Classified): string {
  return `${JSON.stringify({ file, model, classes: classes.map(({ index, label, score }) => ({ index, label, score: Number(score.toFixed(DIGITS)) })) }, null, 2)}\n`;
}

/** One row a class, under a header. */
export function classesCsv({ file, classes }: Classified): string {
  const rows = classes.map(({ index, label, score }, i) => [textCell(file), i + 1, index, textCell(label), score.toFixed(DIGITS)].join(','));
  return ['file,rank,class,label,score', ...rows, ''].join('\n');
}

/** One line a class: its score in percent, then its name. */
export function classesText({ classes }: Classified): string {
  return classes.map(({ label, score }) => `${(100 * score).toFixed(2).padStart(6)} %  ${label}\n`).join('');
}
