/** What became of each file, beside the results: for a spreadsheet and for programs. */
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { BatchItem, BatchSpec } from '../../contract/batch';
import { writeError } from '../../fs/system-errors';

const COLUMNS = ['index', 'input', 'task', 'state', 'code', 'message', 'hint', 'seconds', 'outputs'] as const;

/** Writes `mamba-batch-summary.csv` and `.json`, under names that are free or that this batch wrote before (`ours`), and gives their paths. */
export async function writeSummary(folder: string, spec: BatchSpec, ours: readonly string[], items: () => AsyncIterable<BatchItem[]>): Promise<string[]> {
  let base = path.join(folder, 'mamba-batch-summary');
  const isFree = (file: string) => ours.includes(file) || !existsSync(file);
  for (let n = 2; !isFree(`${base}.csv`) || !isFree(`${base}.json`); n++) base = path.join(folder, `mamba-batch-summary-${n}`);
  await write(`${base}.csv`, csv(items()));
  await write(`${base}.json`, json(spec, items()));
  return [`${base}.csv`, `${base}.json`];
}

async function* csv(items: AsyncIterable<BatchItem[]>): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for await (const some of items) yield some.map(row).join('');
}

function row({ index, input, task, state, error, seconds, outputs }: BatchItem): string {
  const cells = [String(index + 1), input, task, state, error?.code ?? '', error?.message ?? '', error?.hint ?? '', seconds === null ? '' : String(seconds), outputs.join('; ')];
  return `${cells.map(cell).join(',')}\r\n`;
}

/** A cell that a spreadsheet would run as a formula becomes text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

async function* json(spec: BatchSpec, items: AsyncIterable<BatchItem[]>): AsyncGenerator<string> {
  yield `{"spec":${JSON.stringify(spec)},"items":[`;
  let separator = '\n';
  for await (const some of items) {
    yield separator + some.map(({ index, input, task, state, error, seconds, outputs }) => JSON.stringify({ index: index + 1, input, task, state, error, seconds, outputs })).join(',\n');
    separator = ',\n';
  }
  yield '\n]}\n';
}

async function write(file: string, parts: AsyncIterable<string>): Promise<void> {
  const staged = path.join(path.dirname(file), `.${path.basename(file)}.tmp`);
  try {
    const handle = await open(staged, 'w');
    try {
      for await (const part of parts) await handle.appendFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(staged, file);
  } catch (error) {
    await rm(staged, { force: true });
    throw writeError(error, file);
  }
}
