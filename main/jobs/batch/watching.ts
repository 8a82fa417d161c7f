/** A batch that watches: what comes into its folders goes on at the end of its plan, what has changed is looked at again. */
import type { ErrorReport } from '../../contract/errors';
import { reportOf } from './batch-faults';
import type { BatchStore } from './batch-store';
import { ContentCheck } from './content-check';
import type { BatchEnvironment } from './environment';
import type { Planner } from './plan';
import { plannerFor, scanSources } from './prepare';
import { localDate, type Naming } from './template';
import { FolderWatch } from './watch';

export class Watching {
  private timer: NodeJS.Timeout | undefined;
  private awake: () => void = () => undefined;

  private constructor(
    private readonly store: BatchStore,
    private readonly planner: Planner,
    private readonly folders: FolderWatch,
  ) {}

  static async open(store: BatchStore, env: BatchEnvironment, models: Naming['models'], signal: AbortSignal): Promise<Watching> {
    const { spec } = store;
    const onProblem = (error: unknown) => env.log.write('warn', 'batch', `${store.id}: ${reportOf(error).message}`);
    const planner = plannerFor(spec, models, localDate(store.created));
    const content = new ContentCheck();
    const folders = new FolderWatch((onMissing) => scanSources(spec, env, { signal, onProblem, onMissing, content }), env.watchTimes);
    let item = 0;
    for await (const entry of store.plan()) {
      planner.keep(entry);
      folders.know(entry.input, item++);
    }
    return new Watching(store, planner, folders);
  }

  /** Until the next look is due, or `wake`. */
  async rest(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const wake = () => this.wake();
    signal.addEventListener('abort', wake);
    await new Promise<void>((resolve) => {
      this.awake = resolve;
      this.timer = setTimeout(resolve, this.folders.pause);
    });
    signal.removeEventListener('abort', wake);
  }

  wake(): void {
    clearTimeout(this.timer);
    this.awake();
  }

  /** Takes up what has come and changed. Gives what is to be said of a folder that is gone. Throws AppError where the plan cannot be written. */
  async look(signal: AbortSignal): Promise<ErrorReport | null> {
    const { found, changed, missing } = await this.folders.look();
    if (signal.aborted) return null;
    for (const item of changed) await this.recheck(item);
    if (found.length > 0) {
      const first = this.store.items.length;
      for (const { input } of found) this.planner.reserve(input);
      await this.store.extendPlan(found.map((file) => this.planner.plan(file)));
      for (const [i, { input }] of found.entries()) this.folders.know(input, first + i);
    }
    return missing;
  }

  /** Whether what was done still holds is found out in its turn; what has failed or was passed over has another try. */
  private async recheck(item: number): Promise<void> {
    const slot = this.store.items.at(item);
    if (slot.state === 'done') slot.checked = false;
    else if (slot.state === 'failed' || slot.state === 'skipped') await this.store.append({ event: 'waiting', item });
  }
}
