/** What the form for a new batch says, and what the serving process answers to it. */
import { createStore } from 'zustand/vanilla';
import type { BatchInfo, BatchPreview, BatchSpec, BatchTask } from '../../../main/contract/batch';
import type { ErrorReport } from '../../../main/contract/errors';
import { defaultFormats, formatsOf, INPUT_KINDS, MEDIA_KINDS, USUAL_TASKS, type Format, type MediaKind, type Task } from '../../../main/contract/formats';
import type { Bridge } from '../../bridge/bridge';
import { reportOf } from '../../bridge/check';
import { perBridge } from './per-bridge';

const PREVIEW_MS = 250; // after the last change

/** `tasks`: what is done with the files of each kind; null: nothing. A task that takes both kinds is one and the same in both places. */
export interface Draft extends Pick<BatchSpec, 'sources' | 'outDir' | 'template' | 'existing' | 'collisions' | 'watch'> {
  tasks: Record<MediaKind, BatchTask | null>;
}

export interface DraftState {
  draft: Draft;
  preview: BatchPreview | null; // of the present draft, but for the last moments
  looking: boolean;
  error: ErrorReport | null; // no preview, or not started
  change(patch: Partial<Omit<Draft, 'tasks'>>): void;
  setTask(kind: MediaKind, task: Task | null): void;
  setModel(kind: MediaKind, model: string): void;
  toggleFormat(kind: MediaKind, format: Format): void;
  addSources(paths: readonly string[]): void;
  start(): Promise<BatchInfo | null>;
}

export const DEFAULT_TEMPLATE = '{dir}/{name}';

export const draftStore = perBridge((bridge: Bridge) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let version = 0;

  const store = createStore<DraftState>()((set, get) => {
    async function look(): Promise<void> {
      const mine = version;
      try {
        const preview = await bridge.call('batch.preview', { ...get().draft, tasks: tasksOf(get().draft) });
        if (mine === version) set({ preview, looking: false, error: null });
      } catch (error) {
        if (mine === version) set({ preview: null, looking: false, error: reportOf(error) });
      }
    }
    const change = (patch: Partial<Draft>) => {
      set(({ draft }) => ({ draft: { ...draft, ...patch } }));
      version++;
      clearTimeout(timer);
      const ready = isComplete(get().draft);
      set(ready ? { looking: true } : { preview: null, looking: false, error: null });
      if (ready) timer = setTimeout(() => void look(), PREVIEW_MS);
    };
    /** Of the task for a kind, wherever it stands. */
    const changeTask = (kind: MediaKind, patch: Partial<BatchTask>) => {
      const { tasks } = get().draft;
      const before = tasks[kind];
      if (before === null) return;
      const after = { ...before, ...patch };
      change({ tasks: eachKind((one) => (tasks[one] === before ? after : tasks[one])) });
    };
    return {
      draft: { sources: [], tasks: eachKind((kind) => newTask(USUAL_TASKS[kind])), outDir: null, template: DEFAULT_TEMPLATE, existing: 'skip' },
      preview: null,
      looking: false,
      error: null,
      change,
      setTask(kind, task) {
        const { tasks } = get().draft;
        const made = task && newTask(task);
        const wasShared = tasks.image !== null && tasks.image === tasks.audio;
        change({ tasks: eachKind((one) => (one === kind || (task !== null && isForAll(task)) ? made : wasShared ? newTask(USUAL_TASKS[one]) : tasks[one])) });
      },
      setModel: (kind, model) => changeTask(kind, { model }),
      toggleFormat(kind, format) {
        const { task, formats = [] } = get().draft.tasks[kind] ?? {};
        if (task !== undefined) changeTask(kind, { formats: formatsOf(task).filter((one) => (one === format) !== formats.includes(one)) });
      },
      addSources: (paths) => change({ sources: [...new Set([...get().draft.sources, ...paths])] }),
      async start() {
        try {
          const { draft, preview } = get();
          const tasks = tasksOf(draft).filter(({ task }) => countOf(preview, draft, task) !== 0);
          const batch = await bridge.call('batch.start', { ...draft, tasks });
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

/** What there is to do, each once. */
export function tasksOf({ tasks }: Draft): BatchTask[] {
  return [...new Set([tasks.image, tasks.audio])].filter((task) => task !== null);
}

/** Whether there is nothing left to choose. */
export function isComplete(draft: Draft): boolean {
  const tasks = tasksOf(draft);
  return draft.sources.length > 0 && draft.template !== '' && tasks.length > 0 && tasks.every(({ formats }) => formats.length > 0);
}

/** How many files a task has; undefined where that is not known, or may change. */
export function countOf(preview: BatchPreview | null, { watch }: Draft, task: Task): number | undefined {
  return preview?.complete && !watch ? preview.perTask.find((one) => one.task === task)?.total : undefined;
}

function newTask(task: Task): BatchTask {
  return { task, formats: defaultFormats(task) };
}

function isForAll(task: Task): boolean {
  return MEDIA_KINDS.every((kind) => INPUT_KINDS[task].includes(kind));
}

function eachKind<Value>(value: (kind: MediaKind) => Value): Record<MediaKind, Value> {
  return { image: value('image'), audio: value('audio') };
}
