/** Models as the window shows them. */
import { stat } from 'node:fs/promises';
import type { Measurement, ModelEntry } from '../contract/library';
import type { InstalledModel } from './bundled';
import type { CatalogueEntry } from './catalogue';
import type { StoredModel } from './model-store';

interface Shown {
  isDefault: boolean;
  measured: Measurement | null;
}

/** `figures`: published ones, where the card has none. */
export async function entryOf(model: InstalledModel | StoredModel, shown: Shown, published?: CatalogueEntry): Promise<ModelEntry> {
  const { id, name, task, version, architecture, licence, summary, limits, figures } = model.card;
  const stored = 'origin' in model;
  return {
    id, name, task, version, architecture, licence, summary, limits, ...shown,
    bytes: (await stat(model.files.weights)).size,
    origin: stored ? 'installed' : 'bundled',
    source: stored ? model.origin.source : '',
    figures: figures.length > 0 ? figures.map(({ metric, value, set }) => ({ metric, value, set })) : (published?.figures ?? []),
    installing: null,
    byHand: false,
  };
}

/** `installing`: fraction of a running download. */
export function offerOf(entry: CatalogueEntry, installing: number | null): ModelEntry {
  const { id, name, task, architecture, licence, summary, page, figures, limits } = entry;
  return { id, name, task, version: '', architecture, licence, summary, bytes: 'bytes' in entry ? entry.bytes : (entry.about ?? null), origin: 'catalogue', source: page, byHand: 'byHand' in entry, figures, limits, isDefault: false, measured: null, installing };
}
