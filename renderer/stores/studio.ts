/** All shared stores of a window over one bridge, and when they are filled. */
import type { Bridge } from '../bridge/bridge';
import { reportOf } from '../bridge/check';
import { createBatchesStore } from './batches';
import { createCommandsStore } from './commands';
import { createConnectionStore } from './connection';
import { createFilesStore } from './files';
import { createJobsStore } from './jobs';
import { createModelsStore } from './models';
import { notify } from './notices';
import { createScreensStore } from './screens';
import { createSettingsStore } from './settings';

export type Studio = ReturnType<typeof createStudio>;

export interface Storages {
  local: Pick<Storage, 'getItem' | 'setItem'>; // outlives the window
  session: Pick<Storage, 'getItem' | 'setItem'>; // outlives a reload
}

export function createStudio(bridge: Bridge, storages: Storages, hash = '') {
  const studio = {
    bridge,
    jobs: createJobsStore(bridge),
    batches: createBatchesStore(bridge),
    files: createFilesStore(bridge, storages.session),
    settings: createSettingsStore(bridge),
    models: createModelsStore(bridge),
    connection: createConnectionStore(bridge),
    screens: createScreensStore(storages.local, hash),
    commands: createCommandsStore(),
  };

  /** Asks for everything anew: at the start, and after a lost connection, when events may have been missed. */
  async function refresh(): Promise<void> {
    const { connection, settings, jobs, batches, models, files } = studio;
    await Promise.all([...[connection, settings, jobs, batches, models].map((store) => store.getState().load()), files.getState().loadDemos()]);
    await files.getState().verify();
  }

  const attempt = () => void refresh().catch((error: unknown) => {
    const report = reportOf(error);
    if (report.code !== 'CONNECTION_LOST') notify('error', report.message, { detail: report.hint });
  });
  bridge.on('notice', ({ level, message }) => notify(level, message));
  bridge.on('menu', ({ command }) => studio.commands.getState().run(command));
  bridge.onConnection((connected) => {
    if (connected) attempt();
  });
  if (bridge.connected) attempt();
  return studio;
}
