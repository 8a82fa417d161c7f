/** Loads pictures and results as files are chosen and jobs finish, and holds the actions of the screen. */
import { resource } from '../../../../main/contract/resources';
import type { ClassLook } from '../../../../models/tasks/segment/labelled';
import type { Box } from '../../../../models/tasks/segment/measure';
import { reportOf } from '../../../bridge/check';
import type { Studio } from '../../../stores/studio';
import type { Engine } from '../canvas/engine';
import { Picture } from '../canvas/picture';
import { fitView, lookAt, pan, zoomAt, type Place } from '../canvas/view';
import type { Edit } from '../edit/patch';
import { boxOf } from '../edit/label-map';
import { mergeInstances, removeInstances, setClasses } from '../edit/whole';
import { Document } from './document';
import { ParkedDocuments } from './parked';
import { patiently } from './patiently';
import { createSegmentStore, type SegmentState } from './state';

const CLASS_COLORS = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7', '#9467eb'];

export class SegmentSession {
  readonly store = createSegmentStore();
  engine: Engine | null = null;
  #file: string | null = null;
  #picture = new AbortController();
  #result = new AbortController();
  #job: string | null = null;
  #enlargedJob: string | null = null;
  #flushed: Promise<void> = Promise.resolve();
  readonly #saved = new Set<string>(); // jobs edited here, before the desk says so
  readonly #parked = new ParkedDocuments();

  constructor(readonly studio: Studio) {
    addEventListener('pagehide', () => void this.store.getState().document?.flush());
    studio.jobs.subscribe(({ jobs }) => this.#parked.keep((job) => jobs[job]?.state === 'done'));
  }

  get state(): SegmentState {
    return this.store.getState();
  }

  set(change: Partial<SegmentState>): void {
    this.store.setState(change);
  }

  /** Shows a file's picture; null: none. */
  async openFile(file: string | null): Promise<void> {
    if (file === this.#file) return;
    this.#file = file;
    this.closeResult();
    this.#picture.abort();
    this.state.picture?.close();
    this.state.enlarged?.close();
    this.#enlargedJob = null;
    this.engine?.hide();
    this.set({ picture: null, enlarged: null, view: null, error: null, loading: file !== null, drawn: false, split: null });
    if (file === null) return;
    const { signal } = (this.#picture = new AbortController());
    try {
      const blob = await patiently(async () => (await this.studio.bridge.fetch(resource.picture(file), { signal })).blob(), signal);
      const picture = await Picture.open(blob, signal);
      if (signal.aborted) return picture.close();
      this.set({ picture, loading: this.#job !== null && this.state.document === null });
      this.fit();
      this.#toEngine();
    } catch (error) {
      if (!signal.aborted) this.set({ error: reportOf(error), loading: false });
    }
  }

  /** Tries anew to show what could not be shown. */
  again(): void {
    const [file, job] = [this.#file, this.#job];
    this.closeResult();
    if (this.state.picture === null) {
      this.#file = null;
      void this.openFile(file);
    }
    if (job !== null) void this.openResult(job);
  }

  /** Shows the result of a finished job. */
  async openResult(job: string, edited = this.studio.jobs.getState().jobs[job]?.edited ?? false): Promise<void> {
    if (job === this.#job) return;
    this.closeResult();
    this.#job = job;
    const parked = this.#parked.take(job);
    this.set({ loading: parked === undefined || this.state.picture === null, error: null });
    const { signal } = (this.#result = new AbortController());
    try {
      if (parked === undefined) await this.#flushed;
      const document = parked ?? (await patiently(() => Document.load(this.studio.bridge, job, this.#saved.has(job) || edited, signal), signal));
      if (signal.aborted) return;
      document.events = {
        painted: (box) => this.engine?.update(box),
        changed: (box) => this.#changed(box),
        saving: (saving) => {
          this.#saved.add(job);
          if (this.state.document === document) this.set({ saving });
        },
      };
      this.set({ document, loading: this.state.picture === null, version: this.state.version + 1, coloring: document.classes.length > 1 ? 'class' : 'instance' });
      this.#toEngine();
    } catch (error) {
      if (!signal.aborted) this.set({ error: reportOf(error), loading: false });
    }
  }

  closeResult(): void {
    if (this.#job === null) return;
    this.#result.abort();
    const { document } = this.state;
    if (document && this.studio.jobs.getState().jobs[this.#job]?.state === 'done') this.#parked.put(document);
    this.#job = null;
    this.#flushed = document?.flush() ?? Promise.resolve();
    this.set({ document: null, selected: new Set(), hovered: 0, hidden: new Set(), path: [], activeClass: 0, saving: 'saved' });
    this.#toEngine();
  }

  /** Shows the enlarged picture of a finished upscale job beside the original. */
  async openEnlarged(job: string): Promise<void> {
    if (this.#enlargedJob === job) return;
    this.#enlargedJob = job;
    const { signal } = this.#picture;
    try {
      const blob = await patiently(async () => (await this.studio.bridge.fetch(resource.result(job, 'picture'), { signal })).blob(), signal);
      const enlarged = await Picture.open(blob, signal);
      this.state.enlarged?.close();
      this.set({ enlarged, split: 0.5 });
      this.#toEngine();
    } catch (error) {
      if (!signal.aborted) this.set({ error: reportOf(error) });
    }
  }

  closeEnlarged(): void {
    this.state.enlarged?.close();
    this.set({ enlarged: null, split: null });
    this.#toEngine();
  }

  /** Takes back every change by hand. */
  async reset(): Promise<void> {
    const { document } = this.state;
    if (document === null) return;
    await document.discard();
    document.events = undefined;
    this.#saved.delete(document.job);
    this.set({ document: null });
    this.#job = null;
    await this.openResult(document.job, false);
  }

  attach(engine: Engine | null): void {
    this.engine = engine;
    if (engine) engine.onDrawn = () => this.set({ drawn: true });
    this.#toEngine();
  }

  // ---- looking
  /** Whether the whole picture is shown, as after `fit`. */
  get fitted(): boolean {
    const { picture, canvas, view } = this.state;
    if (picture === null || view === null) return true;
    const whole = fitView(canvas, picture);
    return view.x === whole.x && view.y === whole.y && view.scale === whole.scale;
  }

  fit(): void {
    const { picture, canvas } = this.state;
    if (picture) this.set({ view: fitView(canvas, picture) });
  }

  zoom(factor: number, at?: Place): void {
    const { picture, canvas, view } = this.state;
    if (picture && view) this.set({ view: zoomAt(view, canvas, picture, at ?? { x: canvas.width / 2, y: canvas.height / 2 }, factor) });
  }

  actualSize(): void {
    const { view } = this.state;
    if (view) this.zoom(devicePixelRatio / view.scale);
  }

  pan(dx: number, dy: number): void {
    const { picture, view } = this.state;
    if (picture && view) this.set({ view: pan(view, picture, dx, dy) });
  }

  centre(label: number): void {
    const { document, picture, canvas, view } = this.state;
    const region = document?.map.regions.get(label);
    if (region && region.area > 0 && picture && view) this.set({ view: lookAt(view, canvas, picture, boxOf(region)) });
  }

  // ---- selecting
  select(label: number, add = false): void {
    const selected = new Set(add ? this.state.selected : []);
    if (label !== 0 && !(add && selected.delete(label))) selected.add(label);
    this.set({ selected });
  }

  // ---- correcting
  /** The label that painting goes to: the one selected instance, else a new one, which is selected then. */
  target(edit: Edit): number {
    const { selected, activeClass } = this.state;
    const [only] = selected;
    if (selected.size === 1 && (edit.map.regions.get(only!)?.area ?? 0) > 0) return only!;
    const label = edit.create(activeClass);
    this.set({ selected: new Set([label]), version: this.state.version + 1 });
    return label;
  }

  /** Does some work as one step; whether it changed anything. */
  edit(work: (edit: Edit) => void): boolean {
    const { document } = this.state;
    if (document === null) return false;
    const edit = document.begin();
    work(edit);
    return document.commit(edit);
  }

  removeSelected(): void {
    this.edit((edit) => removeInstances(edit, this.state.selected));
    this.set({ selected: new Set(), hovered: 0 });
  }

  mergeSelected(): void {
    const [into, ...others] = this.state.selected;
    if (into === undefined || others.length === 0) return;
    this.edit((edit) => mergeInstances(edit, [into, ...others]));
    this.set({ selected: new Set([into]) });
  }

  classifySelected(index: number): void {
    this.edit((edit) => setClasses(edit, this.state.selected, index));
  }

  addClass(name: string): void {
    const { document } = this.state;
    if (document === null) return;
    document.setClasses([...document.classes, { name, color: CLASS_COLORS[document.classes.length % CLASS_COLORS.length]! }], `add ${document.classes.length}`);
    this.set({ activeClass: document.classes.length - 1 });
  }

  changeClass(index: number, change: Partial<ClassLook>): void {
    const { document } = this.state;
    document?.setClasses(
      document.classes.map((look, i) => (i === index ? { ...look, ...change } : look)),
      `${index} ${Object.keys(change).join()}`,
    );
  }

  toggleClass(index: number): void {
    const hidden = new Set(this.state.hidden);
    if (!hidden.delete(index)) hidden.add(index);
    this.set({ hidden });
  }

  #changed(box: Box | undefined): void {
    if (box) this.engine?.update(box);
    const { document, selected, version, activeClass } = this.state;
    if (activeClass >= (document?.classes.length ?? 0)) this.set({ activeClass: 0 });
    const gone = [...selected].filter((label) => (document?.map.regions.get(label)?.area ?? 0) === 0);
    this.set({ version: version + 1, ...(gone.length > 0 && this.state.path.length === 0 && { selected: new Set([...selected].filter((label) => !gone.includes(label))) }) });
  }

  #toEngine(): void {
    const { picture, document, enlarged } = this.state;
    if (picture && this.engine) this.engine.show(picture, document?.map ?? null, enlarged);
  }
}
