import type { Publish } from '../../contract/api';
import type { Desk } from '../../desk/desk';
import type { Grants } from '../../fs/grants';
import type { Live } from '../../desk/live';
import type { OpenedFiles } from '../../desk/opened-files';
import type { Renditions } from '../../desk/renditions';
import type { InferenceHost } from '../../inference/host';
import type { Batches } from '../../jobs/batch/batches';
import type { Library } from '../../library/library';
import type { Log } from '../../log';
import type { SettingsStore } from '../../settings/settings-store';

/** What the system's own dialogs do; where there is no system to ask (serve), the window does without. */
export interface ShellActions {
  pickFiles(kind?: 'image' | 'audio' | 'model'): Promise<string[]>;
  pickFolder(): Promise<string | null>;
  reveal(path: string): Promise<void>;
}

/** All that handlers work with; main/studio.ts puts it together. */
export interface Services {
  dataDir: string;
  files: OpenedFiles;
  renditions: Renditions;
  library: Library;
  desk: Desk;
  live: Live;
  batches: Batches;
  grants: Grants;
  settings: SettingsStore;
  log: Log;
  publish: Publish;
  shell: Partial<ShellActions>;
  /** Jobs and batches. */
  host: InferenceHost;
  /** Short questions, so that a thumbnail never waits behind a job. */
  helperHost: InferenceHost;
}
