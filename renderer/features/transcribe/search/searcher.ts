import type { Hit, Passage, Query, Replaced, Replacement } from '../edit/find';

export interface SearchWork {
  query: Query;
  passages: readonly Passage[];
  replacement?: Replacement; // else: find
}

export interface Found {
  hits: Hit[];
  replaced: Replaced | null;
}

export type FromSearchWorker = { type: 'started' } | ({ type: 'done' } & Found);

/** What is needed of a Worker. */
export interface SearchThread {
  onmessage: ((event: { data: FromSearchWorker }) => void) | null;
  onerror: ((event: { message: string }) => void) | null;
  postMessage(work: SearchWork): void;
  terminate(): void;
}

const LIMIT = 1000; // ms

/** One search at a time in a thread of its own. A newer one ends it ('superseded'), and so does the time limit ('late'). */
export class Searcher {
  private thread: SearchThread | null = null;
  private busy: ((end: 'superseded') => void) | null = null;

  constructor(
    private readonly start: () => SearchThread,
    private readonly limit = LIMIT,
  ) {}

  async run(work: SearchWork): Promise<Found | 'late' | 'superseded'> {
    this.close(true);
    const thread = (this.thread ??= this.start());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = await new Promise<Found | 'late' | 'superseded' | Error>((resolve) => {
      this.busy = resolve;
      thread.onerror = ({ message }) => resolve(new Error(message));
      thread.onmessage = ({ data }) => {
        if (data.type === 'done') resolve({ hits: data.hits, replaced: data.replaced });
        else timer = setTimeout(() => resolve('late'), this.limit); // counted without the start of the thread
      };
      thread.postMessage(work);
    });
    clearTimeout(timer);
    if (end === 'superseded') return end;
    this.busy = null;
    if (end === 'late' || end instanceof Error) this.close();
    if (end instanceof Error) throw end;
    return end;
  }

  /** Ends what runs; with `keepIdle`, a thread that has nothing to do stays for the next search. */
  close(keepIdle = false): void {
    if (keepIdle && this.busy === null) return;
    this.thread?.terminate();
    this.thread = null;
    this.busy?.('superseded');
    this.busy = null;
  }
}
