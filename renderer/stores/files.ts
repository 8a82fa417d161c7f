/**
 * Files that lie open in this window, and which one of each kind is looked at. The serving process knows them by id; the list itself is kept in the tab's session, so
 * that a reload shows the same files. Jobs of the desk bring their files with them.
 */
import { createStore } from 'zustand/vanilla';
import type { OpenedFile, OpenResult } from '../../main/contract/media';
import type { Bridge } from '../bridge/bridge';
import { reportOf } from '../bridge/check';

export type FileKind = OpenedFile['kind'];

export interface FilesState {
  files: readonly OpenedFile[]; // in the order of opening
  selected: Readonly<Record<FileKind, string | null>>; // ids
  demos: readonly OpenedFile[] | null; // null: not known yet
  opening: number | null; // fraction of a running opening or upload
  cancelOpening: (() => void) | null; // ends a running upload
  select(file: OpenedFile | null, kind?: FileKind): void;
  /** Puts what was opened into the list and selects the first of each kind. */
  add(result: OpenResult, select?: boolean): void;
  close(id: string): void;
  open(files: readonly File[]): Promise<OpenResult>;
  openPaths(paths: readonly string[]): Promise<OpenResult>;
  pick(kind?: FileKind): Promise<OpenResult>;
  loadDemos(): Promise<void>;
  /** Drops remembered files that the serving process no longer knows. */
  verify(): Promise<void>;
}

const KEY = 'mamba-studio.files';
const NONE: OpenResult = { files: [], rejected: [] };

export function createFilesStore(bridge: Bridge, storage: Pick<Storage, 'getItem' | 'setItem'>) {
  const remembered = recall(storage);
  const store = createStore<FilesState>()((set, get) => {
    async function opening(work: (progress: (fraction: number) => void) => Promise<OpenResult>, cancel: (() => void) | null = null): Promise<OpenResult> {
      set({ opening: 0, cancelOpening: cancel });
      try {
        const result = await work((fraction) => set({ opening: fraction }));
        get().add(result);
        return result;
      } finally {
        set({ opening: null, cancelOpening: null });
      }
    }
    return {
      files: remembered.files,
      selected: remembered.selected,
      demos: null,
      opening: null,
      cancelOpening: null,
      select: (file, kind = file?.kind) => {
        if (kind !== undefined) set((state) => ({ selected: { ...state.selected, [kind]: file?.id ?? null } }));
      },
      add: (result, select = true) =>
        set((state) => {
          const known = new Set(state.files.map((file) => file.id));
          const selected = { ...state.selected };
          for (const file of select ? [...result.files].reverse() : []) selected[file.kind] = file.id;
          return { files: [...state.files, ...result.files.filter((file) => !known.has(file.id))], selected };
        }),
      close: (id) =>
        set((state) => {
          const file = state.files.find((one) => one.id === id);
          if (file === undefined) return {};
          const same = state.files.filter((one) => one.kind === file.kind);
          const at = same.indexOf(file);
          const next = same[at + 1] ?? same[at - 1] ?? null;
          const selected = state.selected[file.kind] === id ? { ...state.selected, [file.kind]: next?.id ?? null } : state.selected;
          return { files: state.files.filter((one) => one.id !== id), selected };
        }),
      async open(files) {
        if (files.length === 0) return NONE;
        const end = new AbortController();
        return opening((progress) => bridge.openFiles(files, progress, end.signal), () => end.abort());
      },
      openPaths: (paths) => (paths.length === 0 ? Promise.resolve(NONE) : opening(() => bridge.call('files.open', { paths: [...paths] }))),
      pick: (kind) => opening(() => bridge.call('files.pick', kind === undefined ? {} : { kind })),
      async loadDemos() {
        set({ demos: await bridge.call('files.demos', {}) });
      },
      async verify() {
        for (const file of get().files) {
          const code = await bridge.call('files.facts', { file: file.id }).then(() => null, (error: unknown) => reportOf(error).code);
          if (code === 'NOT_ALLOWED' || code === 'FILE_NOT_FOUND') get().close(file.id);
        }
      },
    };
  });
  bridge.on('opened', (result) => store.getState().add(result));
  store.subscribe(({ files, selected }, before) => {
    if (files !== before.files || selected !== before.selected) remember(storage, { files, selected });
  });
  return store;
}

function remember(storage: Pick<Storage, 'setItem'>, state: Pick<FilesState, 'files' | 'selected'>): void {
  try {
    storage.setItem(KEY, JSON.stringify(state));
  } catch {
    // more files than the browser keeps for a tab: a reload shows the ones remembered before
  }
}

const NOTHING_SELECTED: FilesState['selected'] = { image: null, audio: null, model: null };

function recall(storage: Pick<Storage, 'getItem'>): Pick<FilesState, 'files' | 'selected'> {
  try {
    const saved = JSON.parse(storage.getItem(KEY) ?? '{}') as Partial<Pick<FilesState, 'files' | 'selected'>>;
    return { files: Array.isArray(saved.files) ? saved.files : [], selected: { ...NOTHING_SELECTED, ...saved.selected } };
  } catch {
    return { files: [], selected: NOTHING_SELECTED };
  }
}
