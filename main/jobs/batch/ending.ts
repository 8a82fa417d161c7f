/** What a batch does when every file has been worked through. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BatchItem, BatchSpec } from '../../contract/batch';
import { discardStaged } from '../../fs/staging';
import type { BatchStore } from './batch-store';
import { viewItems } from './item-view';
import { writeSummary } from './summary';

const VIEW_ITEMS = 500; // read at once for the summary

/** Clears away what attempts left that were killed together with an earlier process; its child may have outlived it by a moment. */
export async function discardOrphans({ orphans, spec }: BatchStore): Promise<void> {
  for (const { outDir, job } of orphans) {
    for (const task of spec.tasks) await discardStaged(outDir, job, task); // whichever it was for
  }
}

/** Lists every item in files beside the results, and journals where they are. Throws AppError. */
export async function summarize(store: BatchStore): Promise<void> {
  const files = await writeSummary(await resultFolder(store.spec), store.spec, store.summaryFiles, () => everyItem(store));
  await store.append({ event: 'summary', files });
}

async function resultFolder({ outDir, sources }: BatchSpec): Promise<string> {
  if (outDir !== null) return outDir;
  return (await stat(sources[0]!)).isDirectory() ? sources[0]! : path.dirname(sources[0]!);
}

async function* everyItem(store: BatchStore): AsyncGenerator<BatchItem[]> {
  const indices = store.items.indices();
  for (let offset = 0; offset < indices.length; offset += VIEW_ITEMS) yield await viewItems(store, indices.slice(offset, offset + VIEW_ITEMS), new Map());
}
