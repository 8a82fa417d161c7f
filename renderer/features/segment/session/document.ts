/** One result being looked at and corrected: the map, its history, its classes, and the edit saved beside the result. */
import type { Bridge } from '../../../bridge/bridge';
import { reportOf } from '../../../bridge/check';
import { resource } from '../../../../main/contract/resources';
import type { ClassLook } from '../../../../models/tasks/segment/labelled';
import type { Box } from '../../../../models/tasks/segment/measure';
import { decodeRegions } from '../../../../models/tasks/segment/regions';
import { History } from '../edit/history';
import { LabelMap } from '../edit/label-map';
import { classesPatch, Edit, type Patch } from '../edit/patch';
import { EditWriter, readEdit } from '../edit/saved-edit';

const QUIET = 700; // ms after the last change before it is saved
const AGAIN = 5000; // ms until what could not be saved is tried again
const ONE_GO = 1500; // ms between changes of one class that are taken back together, as the letters of a name

export interface DocumentEvents {
  painted(box: Box): void; // pixels, amid a step
  changed(box: Box | undefined): void; // pixels, if any
  saving(state: 'saved' | 'waiting' | 'failed'): void;
}

export class Document {
  readonly history: History;
  readonly #writer: EditWriter;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #lastLook = { what: '', at: -Infinity };
  events: DocumentEvents | undefined;

  private constructor(
    readonly bridge: Bridge,
    readonly job: string,
    readonly map: LabelMap,
    public classes: readonly ClassLook[],
    /** each region is a class of a scene */
    readonly semantic: boolean,
  ) {
    this.history = new History(map);
    this.#writer = new EditWriter(map);
  }

  /** The saved edit where there is one (`edited`), else the model's result. Rejects with BridgeError or ModelError. */
  static async load(bridge: Bridge, job: string, edited: boolean, signal: AbortSignal): Promise<Document> {
    const bytes = await (await bridge.fetch(resource.result(job, 'regions'), { signal })).arrayBuffer();
    const result = decodeRegions(bytes);
    if (edited) {
      const saved = new Uint8Array(await (await bridge.fetch(resource.result(job, 'edit'), { signal })).arrayBuffer());
      const { map, classes } = readEdit(saved, result.width, result.height);
      return new Document(bridge, job, map, classes, result.semantic === true);
    }
    return new Document(bridge, job, LabelMap.from(result), result.classes, result.semantic === true);
  }

  begin(): Edit {
    return new Edit(this.map);
  }

  /** Shows what an edit has painted since the last time. */
  show(edit: Edit): void {
    const box = edit.takeTouched();
    if (box) this.events?.painted(box);
  }

  commit(edit: Edit): boolean {
    const patch = edit.finish();
    if (patch) this.history.push(patch);
    this.#changed(patch);
    return patch !== undefined;
  }

  undo(): void {
    const patch = this.history.undo();
    if (patch?.classes) this.classes = patch.classes.before;
    this.#changed(patch);
  }

  redo(): void {
    const patch = this.history.redo();
    if (patch?.classes) this.classes = patch.classes.after;
    this.#changed(patch);
  }

  /** `what` is changed of them: changes of the same shortly after one another are one step. */
  setClasses(classes: readonly ClassLook[], what: string): void {
    const now = performance.now();
    const { last } = this.history;
    if (last?.classes && this.#lastLook.what === what && now - this.#lastLook.at < ONE_GO) last.classes.after = classes;
    else this.history.push(classesPatch(this.classes, classes));
    this.#lastLook = { what, at: now };
    this.classes = classes;
    this.events?.changed(undefined);
    this.#saveSoon();
  }

  /** Saves what waits to be saved. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) this.#save();
    await this.#saving;
  }

  /** Forgets the saved edit; the caller loads the document anew. */
  async discard(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#saving;
    await this.bridge.fetch(resource.result(this.job, 'edit'), { method: 'DELETE' });
  }

  #changed(patch: Patch | undefined): void {
    if (patch === undefined) return this.events?.changed(undefined);
    this.#writer.touch(patch.touched);
    this.events?.changed(patch.touched);
    this.#saveSoon();
  }

  #saveSoon(): void {
    clearTimeout(this.#timer);
    this.events?.saving('waiting');
    this.#timer = setTimeout(() => this.#save(), QUIET);
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const body = this.#writer.write(this.classes);
    this.#saving = this.#saving
      .then(() => this.bridge.fetch(resource.result(this.job, 'edit'), { method: 'PUT', body, keepalive: body.length < 60_000 }))
      .then(
        () => this.events?.saving(this.#timer === undefined ? 'saved' : 'waiting'),
        (error: unknown) => {
          if (reportOf(error).code !== 'NOT_ALLOWED') this.#timer ??= setTimeout(() => this.#save(), AGAIN); // else the job was removed
          this.events?.saving('failed');
        },
      );
  }
}
