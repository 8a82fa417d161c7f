import { AppError } from '../contract/errors';

export interface Selection {
  split: string;
  set?: string | undefined;
}

/** The rows of the wanted split, and of the wanted set if one was named. Throws BAD_USAGE, naming what there is, when none fits. */
export function selectRows<Row extends { set: string; split: string }>(rows: readonly Row[], { split, set }: Selection, source: string): Row[] {
  const chosen = rows.filter((row) => row.split === split && (set === undefined || row.set === set));
  if (chosen.length > 0) return chosen;
  const there = [...new Set(rows.map((row) => `${row.set} ${row.split}`))].sort().join(', ');
  throw new AppError('BAD_USAGE', `${source} has nothing of split ${split}${set === undefined ? '' : ` in set ${set}`}`, `It has: ${there || 'nothing'}.`);
}
