/** The transcript of one job in this window: streaming in, then edited. Edits are saved beside the result and come back with it. */
import { createStore } from 'zustand/vanilla';
import type { DeskJob } from '../../../../main/contract/desk';
import type { ErrorReport } from '../../../../main/contract/errors';
import { resource } from '../../../../main/contract/resources';
import { transcript as transcriptSchema, type TranscriptNews } from '../../../../main/contract/transcript';
import type { Bridge } from '../../../bridge/bridge';
import { reportOf } from '../../../bridge/check';
import { fromTranscript, indexOf, toTranscript, type EditDocument } from '../edit/document';
import { commit, redo, startHistory, undo, type History } from '../edit/history';
import { applyNews } from './news';

export interface SessionState {
  phase: 'streaming' | 'loading' | 'ready' | 'failed';
  history: History<EditDocument>;
  model: EditDocument | null; // the model's own text, when known
  error: ErrorReport | null; // of loading
  saving: 'saved' | 'waiting' | 'failed';
  selected: number; // id of a segment; 0: none
  editing: { id: number; cursor: number } | null; // cursor: character
}

const EMPTY: EditDocument = { duration: 0, segments: [], nextId: 1 };
const SAVE_AFTER = 700; // ms without a change
const SAVE_AGAIN = 5000; // ms after a failure
const LAST_WORDS = 20_000; // characters that browsers still send for a page that is gone: 64 KiB at three bytes each

export class Session {
  readonly store = createStore<SessionState>()(() => ({
    phase: 'loading', history: startHistory(EMPTY), model: null, error: null, saving: 'saved', selected: 0, editing: null,
  }));
  private timer: ReturnType<typeof setTimeout> | undefined;
  private writing: Promise<void> = Promise.resolve();
  private opening: Promise<void> | undefined;
  private saved: EditDocument | null = null; // what the serving process has

  constructor(
    private readonly bridge: Bridge,
    readonly job: string,
  ) {}

  get document(): EditDocument {
    return this.store.getState().history.present;
  }

  /** Follows the job: its text so far, or its result. */
  async follow(job: DeskJob): Promise<void> {
    const { phase } = this.store.getState();
    if (job.state === 'done') {
      if (phase !== 'ready') await this.open(job);
    } else if (phase !== 'streaming') {
      this.store.setState({ phase: 'streaming', history: startHistory(EMPTY), error: null, editing: null });
      await this.catchUp();
    }
  }

  /** All of the text so far: at the start and when something was missed. */
  async catchUp(): Promise<void> {
    const news = await this.bridge.call('jobs.transcript', { job: this.job }).catch(() => null); // without a text yet there is nothing to show
    if (news !== null && this.store.getState().phase === 'streaming') this.show(applyNews(EMPTY, news) ?? EMPTY);
  }

  receive(news: TranscriptNews): void {
    if (this.store.getState().phase !== 'streaming') return;
    const next = applyNews(this.document, news);
    if (next === null) void this.catchUp();
    else this.show(next);
  }

  /** The result, or the user's edit of it. Asked again meanwhile, it is loaded once: a second time would take back what was typed since. */
  open(job: Pick<DeskJob, 'edited'>): Promise<void> {
    return (this.opening ??= this.load(job).finally(() => (this.opening = undefined)));
  }

  private async load(job: Pick<DeskJob, 'edited'>): Promise<void> {
    this.store.setState({ phase: this.document.segments.length > 0 ? 'streaming' : 'loading', error: null });
    try {
      const model = await this.read('transcript');
      const edit = job.edited ? await this.read('edit').catch(noEdit) : null;
      this.saved = edit ?? model;
      this.store.setState({ phase: 'ready', model, history: startHistory(this.saved), saving: 'saved' });
    } catch (error) {
      this.store.setState({ phase: 'failed', error: reportOf(error) });
    }
  }

  /** One step that can be undone; `tag` joins quick steps of one kind. False where it changes nothing. */
  apply(next: EditDocument | null | undefined, tag = ''): boolean {
    const { phase, history } = this.store.getState();
    if (phase !== 'ready' || !next || next === history.present) return false;
    this.travel(commit(history, next, tag, Date.now()));
    return true;
  }

  undo(): void {
    this.travel(undo(this.store.getState().history));
  }

  redo(): void {
    this.travel(redo(this.store.getState().history));
  }

  revert(): void {
    const { model } = this.store.getState();
    this.store.setState({ editing: null });
    this.apply(model);
  }

  select(id: number): void {
    if (this.store.getState().selected !== id) this.store.setState({ selected: id });
  }

  edit(id: number | null, cursor = Infinity): void {
    if (this.store.getState().phase !== 'ready') return;
    this.store.setState(id === null ? { editing: null } : { editing: { id, cursor }, selected: id });
  }

  /** Saves at once what waits for it; one request after the other. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    return (this.writing = this.writing.then(() => this.write()));
  }

  private async write(): Promise<void> {
    const { model } = this.store.getState();
    const { document } = this;
    if (model === null || document === this.saved) return;
    const body = document === model ? null : JSON.stringify(toTranscript(document));
    const keepalive = (body?.length ?? 0) < LAST_WORDS; // goes on when the window closes
    try {
      await this.bridge.fetch(resource.result(this.job, 'edit'), body === null ? { method: 'DELETE', keepalive } : { method: 'PUT', body, keepalive });
      this.saved = document;
      this.store.setState({ saving: this.document === document ? 'saved' : 'waiting' });
    } catch (error) {
      this.store.setState({ saving: 'failed' });
      clearTimeout(this.timer);
      if (reportOf(error).code !== 'NOT_ALLOWED') this.timer = setTimeout(() => void this.flush(), SAVE_AGAIN); // else the job was removed
    }
  }

  private travel(history: History<EditDocument>): void {
    const { selected, editing, history: before } = this.store.getState();
    if (history === before) return;
    const { present } = history;
    this.store.setState({
      history,
      saving: present === this.saved ? 'saved' : 'waiting',
      selected: indexOf(present, selected) < 0 ? 0 : selected,
      editing: editing !== null && indexOf(present, editing.id) < 0 ? null : editing,
    });
    clearTimeout(this.timer);
    if (present !== this.saved) this.timer = setTimeout(() => void this.flush(), SAVE_AFTER);
  }

  private show(document: EditDocument): void {
    this.store.setState({ history: startHistory(document) });
  }

  private async read(part: 'transcript' | 'edit'): Promise<EditDocument> {
    const response = await this.bridge.fetch(resource.result(this.job, part));
    return fromTranscript(transcriptSchema.parse(await response.json()));
  }
}

/** Only an edit that is not there may be passed over: the model's text in its place would be saved over it. */
function noEdit(error: unknown): null {
  if (reportOf(error).code === 'FILE_NOT_FOUND') return null;
  throw error;
}
