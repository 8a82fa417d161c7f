/** A desk with the real child and the bundled models, and ears for what it publishes. */
import path from 'node:path';
import { afterAll, afterEach } from 'vitest';
import type { EventBody, EventName, Publish } from '../../main/contract/api';
import type { DeskJob } from '../../main/contract/desk';
import { Desk, type DeskOptions } from '../../main/desk/desk';
import { Grants } from '../../main/fs/grants';
import { Live, type LiveOptions } from '../../main/desk/live';
import { OpenedFiles } from '../../main/desk/opened-files';
import { InferenceHost } from '../../main/inference/host';
import { spawnWorker } from '../../main/inference/spawn-node';
import { findModel, findModelFor } from '../../main/library/bundled';
import { temporaryFolders } from './temporary-folder';

/** For desks: removed once they are closed, since hooks run in reverse order. */
export const newFolder = temporaryFolders();

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** All desks of a file that ask for no child of their own use one, which keeps its model. */
let shared: InferenceHost | undefined;
afterAll(async () => {
  await shared?.close();
  shared = undefined;
});

export interface TestDesk {
  desk: Desk;
  live: Live;
  host: InferenceHost;
  files: OpenedFiles;
  events: { event: EventName; body: unknown }[];
  /** Id of a file, opened. */
  open(file: string): Promise<string>;
  /** Resolves with the first event of the name that fits, seen already or not. */
  wait<Name extends EventName>(event: Name, fits: (body: EventBody<Name>) => boolean): Promise<EventBody<Name>>;
  ended(job: DeskJob): Promise<DeskJob>;
  close(): Promise<void>;
}

type Change = Partial<DeskOptions & Pick<LiveOptions, 'silentMs' | 'newHost'>>;

export async function openDesk(dataDir: string, { ownChild = false, ...change }: Change & { ownChild?: boolean } = {}): Promise<TestDesk> {
  const events: TestDesk['events'] = [];
  const waiting = new Set<() => void>();
  const publish: Publish = (event, body) => {
    events.push({ event, body });
    for (const look of [...waiting]) look();
  };
  const files = new OpenedFiles({ dataDir, grants: Grants.all() });
  const host = ownChild ? new InferenceHost({ spawn: spawnWorker }) : (shared ??= new InferenceHost({ spawn: spawnWorker }));
  const models: DeskOptions['models'] = { findFor: (task, id) => (id === undefined || !id.includes('/') ? findModelFor(task, id) : findModel(id)) };
  const common = { models, settings: { get: () => ({ device: 'auto', threads: 0, languageModel: true }) as const }, publish, warn: (message: string) => publish('notice', { level: 'warn', message }) };
  const desk = await Desk.open({ dataDir, files, host, ...common, ...change });
  const live = new Live({ desk, newHost: () => new InferenceHost({ spawn: spawnWorker }), ...common, ...change });
  const close = async () => {
    await Promise.all([live.close(), desk.close()]);
    if (ownChild) await host.close();
  };
  closing.push(close);

  const wait: TestDesk['wait'] = (event, fits) =>
    new Promise((resolve) => {
      const look = () => {
        const found = events.find((each) => each.event === event && fits(each.body as never));
        if (!found) return;
        waiting.delete(look);
        resolve(found.body as never);
      };
      waiting.add(look);
      look();
    });
  return {
    desk, live, host, files, events, wait, close,
    open: async (file) => (await files.open([path.resolve(file)])).files[0]!.id,
    ended: ({ id }) => wait('job', (job) => job.id === id && ['done', 'failed', 'cancelled'].includes(job.state)),
  };
}
