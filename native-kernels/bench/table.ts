/** One measurement; the names are those of the JSON file. */
export interface Row {
  op: string;
  shape: string;
  threads: number;
  ours_ms: number;
  peer: string;
  peer_ms: number;
  ratio: number;
  /** the least ratio aimed at, where there is one */
  aim: number | null;
  ns_per_element: number;
  bound_ms: number;
}

const WIDTHS: Record<keyof Row, number> = { op: 15, shape: 22, threads: 7, ours_ms: 9, peer: 20, peer_ms: 10, ratio: 7, aim: 6, ns_per_element: 14, bound_ms: 9 };
const COLUMNS = Object.keys(WIDTHS) as (keyof Row)[];

export const header = () => COLUMNS.map((column) => pad(column, column)).join('  ');

export const line = (row: Row) => COLUMNS.map((column) => pad(column, format(column, row[column]))).join('  ');

function format(column: keyof Row, value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'string' || column === 'threads') return String(value);
  return value.toFixed(column === 'aim' ? 2 : column === 'ratio' ? (value < 10 ? 2 : 1) : 3);
}

const pad = (column: keyof Row, text: string) => (column === 'op' || column === 'shape' || column === 'peer' ? text.padEnd(WIDTHS[column]) : text.padStart(WIDTHS[column]));
