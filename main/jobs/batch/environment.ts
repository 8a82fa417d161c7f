import type { Publish } from '../../contract/api';
import type { Task } from '../../contract/formats';
import type { LogEntry } from '../../contract/log';
import type { Computing } from '../../contract/settings';
import type { InstalledModel } from '../../library/bundled';
import type { WatchTimes } from './watch';
import type { JobRunner } from '../run-job';

/** What a batch needs of the program around it: the serving process, or the command line. */
export interface BatchEnvironment {
  host: JobRunner;
  watchTimes?: WatchTimes;
  /** Jobs outlive this process: one that is begun again with the same id is taken up where it is (main/jobs/queue). */
  lastingJobs?: boolean;
  filesAtOnce?: number; // in hand; as the settings divide the cores without
  library: { findFor(task: Task, id?: string): Promise<InstalledModel> };
  settings: { get(): Computing };
  grants: {
    check(file: string): Promise<string>;
    checkNew(file: string): Promise<string>; // for what need not exist yet
  };
  publish: Publish;
  log: { write(level: LogEntry['level'], source: string, message: string): void };
}
