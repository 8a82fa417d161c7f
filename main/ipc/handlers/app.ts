import os from 'node:os';
import type { Handlers } from '../../contract/api';
import type { OpenResult } from '../../contract/media';
import type { MachineFacts } from '../machine';
import type { Services } from './services';

export interface AppParts {
  machine: () => Promise<MachineFacts>;
  version: string;
  transport: 'electron' | 'serve';
  /** What open-with gave before the window was there; given once. */
  takeOpened: () => OpenResult;
}

export function appHandlers({ dataDir, shell }: Services, { machine, version, transport, takeOpened }: AppParts): Pick<Handlers, 'app.info' | 'app.opened'> {
  return {
    'app.info': async () => ({
      version,
      platform: process.platform,
      transport,
      systemDialogs: shell.pickFiles !== undefined && shell.pickFolder !== undefined,
      cores: os.availableParallelism(),
      processor: os.cpus()[0]?.model.trim() ?? process.arch,
      memoryBytes: os.totalmem(),
      dataFolder: dataDir,
      native: await machine(),
    }),
    'app.opened': async () => takeOpened(),
  };
}
