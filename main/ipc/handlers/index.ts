import type { Handlers } from '../../contract/api';
import { appHandlers, type AppParts } from './app';
import { batchHandlers } from './batch';
import { fileHandlers } from './files';
import { folderHandlers } from './folders';
import { jobHandlers } from './jobs';
import { liveHandlers } from './live';
import { logHandlers } from './logs';
import { modelHandlers } from './models';
import type { Services } from './services';
import { settingsHandlers } from './settings';

export function createHandlers(services: Services, parts: AppParts): Handlers {
  return {
    ...appHandlers(services, parts),
    ...batchHandlers(services),
    ...fileHandlers(services),
    ...folderHandlers(services),
    ...jobHandlers(services),
    ...liveHandlers(services),
    ...logHandlers(services, parts),
    ...modelHandlers(services),
    ...settingsHandlers(services),
  };
}
