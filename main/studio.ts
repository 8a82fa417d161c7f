/** The serving process put together: what Electron's main process and the web server talk to. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EventBody, EventName, Handlers, Publish } from './contract/api';
import type { OpenResult } from './contract/media';
import { Desk } from './desk/desk';
import { Grants } from './fs/grants';
import { Live } from './desk/live';
import { OpenedFiles } from './desk/opened-files';
import { Renditions } from './desk/renditions';
import { packageRoot } from './fs/package-root';
import { InferenceHost } from './inference/host';
import { HostPool } from './inference/host-pool';
import type { WorkerChannel } from './inference/worker-channel';
import { Batches } from './jobs/batch/batches';
import { divideThreads } from './jobs/batch/lanes';
import { Library } from './library/library';
import { Busy, noticingLive } from './ipc/busy';
import { createDispatch, type Dispatch } from './ipc/dispatch';
import { createEventLog } from './ipc/event-log';
import { lockDataDir } from './ipc/data-lock';
import { createHandlers } from './ipc/handlers';
import type { Services, ShellActions } from './ipc/handlers/services';
import { askMachine } from './ipc/machine';
import { createResources } from './ipc/resources';
import { Log } from './log';
import { SettingsStore } from './settings/settings-store';

export type { ShellActions } from './ipc/handlers/services';

export interface StudioOptions {
  dataDir: string; // absolute
  spawn: () => WorkerChannel;
  grants: Grants;
  /** Electron gives what its dialogs do. */
  shell?: Partial<ShellActions>;
  transport?: 'electron' | 'serve';
  /** Compares every result with the contract, for tests. */
  checkResults?: boolean;
}

export type EventListener = <Name extends EventName>(event: Name, body: EventBody<Name>) => void;

export interface Studio {
  readonly handlers: Handlers;
  readonly log: Log;
  readonly settings: SettingsStore;
  /** Any request by name, parsed and answered with a result or a report: what transports use. */
  call: Dispatch;
  /** The paths of main/contract/resources.ts. */
  resource(request: Request): Promise<Response>;
  subscribe(listener: EventListener): () => void;
  /** Opens what the system handed over; publishes `opened`, or keeps it for `app.opened` while no window listens. */
  open(paths: string[]): Promise<void>;
  publish: Publish;
  readonly busy: boolean;
  onBusy(listener: (busy: boolean) => void): () => void;
  close(): Promise<void>;
}

/** Throws AppError OUTPUT_NOT_WRITABLE, NOT_AVAILABLE while another program has the data folder. */
export async function createStudio({ dataDir, spawn, grants, shell = {}, transport = 'electron', checkResults = false }: StudioOptions): Promise<Studio> {
  const lock = await lockDataDir(dataDir);
  const log = new Log(path.join(dataDir, 'logs'));
  const warn = (source: string) => (message: string) => log.write('warn', source, message);
  const settings = await SettingsStore.open(path.join(dataDir, 'settings.json'), warn('settings'));
  const files = new OpenedFiles({ dataDir, grants, conceal: (...texts) => log.conceal(...texts) });

  const listeners = new Set<EventListener>();
  const busy = new Busy();
  const eventLog = createEventLog(log);
  const publish: Publish = (event, body) => {
    busy.observe(event, body);
    eventLog(event, body);
    for (const listener of [...listeners]) listener(event, body);
  };
  settings.onChange((changed) => publish('settings', changed));
  log.onEntry((entry) => publish('log', entry));

  const onNotice = (message: string) => publish('notice', { level: 'warn', message });
  const host = new InferenceHost({ spawn, onNotice });
  const helperHost = new InferenceHost({ spawn });
  const soundHost = new InferenceHost({ spawn }); // a pass over hours of sound takes minutes: neither jobs nor thumbnails wait for it
  const library = new Library({ dataDir, host: helperHost, settings, onChange: (models) => publish('models', models), warn: warn('library') });
  settings.onChange(() => library.announce()); // the user's defaults
  const batchHosts = new HostPool({ spawn, onNotice, lanes: () => divideThreads(settings.get()).lanes }); // several files at once
  const batches = new Batches({ dir: path.join(dataDir, 'batches'), host: batchHosts, library, settings, grants, publish, log });
  const renditions = new Renditions({ dataDir, files, host: helperHost, soundHost });
  const desk = await Desk.open({ dataDir, files, host, models: library, settings, publish, warn: warn('desk') });
  const newHost = () => new InferenceHost({ spawn, onNotice });
  const live = new Live({ desk, newHost, models: library, settings, publish, warn: warn('live') });
  await live.recover();
  const services: Services = { dataDir, files, renditions, library, desk, live, batches, grants, settings, log, publish, shell, host, helperHost };
  await files.clearUploads();

  let kept: OpenResult = { files: [], rejected: [] };
  const takeOpened = () => {
    const given = kept;
    kept = { files: [], rejected: [] };
    return given;
  };
  const handlers = noticingLive(busy, createHandlers(services, { machine: askMachine(helperHost), version: programVersion(), transport, takeOpened }));
  const unexpected = (what: string, error: unknown) => log.write('error', 'internal', `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);

  return {
    handlers,
    log,
    settings,
    publish,
    call: createDispatch(handlers, { unexpected, checkResults }),
    resource: createResources(services),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async open(paths) {
      const result = await files.open(paths);
      if (listeners.size > 0) publish('opened', result);
      else kept = { files: [...kept.files, ...result.files], rejected: [...kept.rejected, ...result.rejected] };
    },
    get busy() {
      return busy.value;
    },
    onBusy: (listener) => busy.onChange(listener),
    async close() {
      await Promise.all([batches.close(), live.close(), desk.close(), library.close()]);
      await Promise.all([host.close(), batchHosts.close(), helperHost.close(), soundHost.close()]);
      await lock.release();
    },
  };
}

export function programVersion(): string {
  return (JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
