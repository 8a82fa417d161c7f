/** Model files that are being taken in; they go on when another screen is shown. */
import { createStore } from 'zustand/vanilla';
import type { ErrorReport } from '../../../main/contract/errors';
import type { ModelEntry } from '../../../main/contract/library';
import type { OpenedFile } from '../../../main/contract/media';
import type { Bridge } from '../../bridge/bridge';
import { reportOf } from '../../bridge/check';

export interface Import {
  file: OpenedFile;
  error: ErrorReport | null; // null: under way
}

export const imports = createStore<{ list: readonly Import[] }>()(() => ({ list: [] }));

/** Gives the model, or null where it failed and stands in the list with its error. A file under way is not taken twice. */
export async function importModel(bridge: Bridge, file: OpenedFile): Promise<ModelEntry | null> {
  if (imports.getState().list.some((one) => one.file.id === file.id && one.error === null)) return null;
  put({ file, error: null });
  try {
    const model = await bridge.call('models.import', { file: file.id });
    dismissImport(file.id);
    return model;
  } catch (error) {
    put({ file, error: reportOf(error) });
    return null;
  }
}

export function dismissImport(id: string): void {
  imports.setState(({ list }) => ({ list: list.filter((one) => one.file.id !== id) }));
}

/** A file that is tried again stays in its place. */
function put(entry: Import): void {
  imports.setState(({ list }) => ({ list: list.some((one) => one.file.id === entry.file.id) ? list.map((one) => (one.file.id === entry.file.id ? entry : one)) : [...list, entry] }));
}
