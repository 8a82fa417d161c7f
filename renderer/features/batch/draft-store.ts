/** What the form for a new batch says, and what the serving process answers to it. */
import { createStore } from 'zustand/vanilla';
import type { BatchInfo, BatchPreview, BatchSpec, BatchTask } from '../../../main/contract/batch';
import type { ErrorReport } from '../../../main/contract/errors';
import { defaultFormats, type Format, type Task } from '../../../main/contract/formats';
import type { Bridge } from '../../bridge/bridge';
import { reportOf } from '../../bridge/check';
import { perBridge } from './per-bridge';

const PREVIEW_MS = 250; // after the last change

export type Draft = Pick<BatchSpec, 'sources' | 'outDir' | 'template' | 'existing' | 'collisions' | 'watch'> & BatchTask;

export interface DraftState {
  draft: Draft;
  preview: BatchPreview | null; // of the present draft, but for the last moments
  looking: boolean;
  error: ErrorReport | null; // no preview, or not started
  change(patch: Partial<Draft>): void;
  setTask(task: Task): void;
  toggleFormat(format: Format, formats: readonly Format[]): void;
  addSources(paths: readonly string[]): void;
  start(): Promise<BatchInfo | null>;
}

function specOf({ task, model, formats, ...rest }: Draft): BatchSpec {
  return { ...rest, tasks: [{ task, model, formats }] };
}

export const DEFAULT_TEMPLATE = '{dir}/{name}';

export const draftStore = perBridge((bridge: Bridge) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let version = 0;

  const store = createStore<DraftState>()((set, get) => {
    async function look(): Promise<void> {
      const mine = version;
      try {
        const preview = await bridge.call('batch.preview', specOf(get().draft));
        if (mine === version) set({ preview, looking: false, error: null });
      } catch (error) {
        if (mine === version) set({ preview: null, looking: false, error: reportOf(error) });
      }
    }
    const change = (patch: Partial<Draft>) => {
      set(({ draft }) => ({ draft: { ...draft, ...patch } }));
      version++;
      clearTimeout(timer);
      const { sources, formats, template } = get().draft;
      const ready = sources.length > 0 && formats.length > 0 && template !== '';
      set(ready ? { looking: true } : { preview: null, looking: false, error: null });
      if (ready) timer = setTimeout(() => void look(), PREVIEW_MS);
    };
    return {
      draft: { sources: [], task: 'segment', formats: defaultFormats('segment'), outDir: null, template: DEFAULT_TEMPLATE, existing: 'skip' },
      preview: null,
      looking: false,
      error: null,
      change,
      setTask: (task) => change({ task, model: undefined, formats: defaultFormats(task) }),
      toggleFormat(format, order) {
        const chosen = get().draft.formats;
        change({ formats: order.filter((one) => (one === format ? !chosen.includes(one) : chosen.includes(one))) });
      },
      addSources: (paths) => change({ sources: [...new Set([...get().draft.sources, ...paths])] }),
      async start() {
        try {
          const batch = await bridge.call('batch.start', specOf(get().draft));
          change({ sources: [], watch: undefined });
          return batch;
        } catch (error) {
          set({ error: reportOf(error) });
          return null;
        }
      },
    };
  });
  return store;
});
