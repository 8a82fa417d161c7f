/**
 * Everything that the window may ask of the serving process, and everything that it is told. One row a request or event; Electron IPC and the WebSocket
 * carry this same table (main/ipc), and the handlers' type demands one handler for each row.
 */
import { z } from 'zod';
import { batchInfo, batchItem, batchPreview, batchSpec, ITEM_STATES } from './batch';
import { deskJob, liveSession, submission } from './desk';
import { TASKS } from './formats';
import { modelEntry, measurement, selfTestResult } from './library';
import { logEntry, LOG_LEVELS } from './log';
import { FILE_KINDS, fileFacts, folderEntry, openResult, openedFile } from './media';
import { settings, settingsPatch } from './settings';
import { transcriptNews } from './transcript';

const nothing = z.object({});
const job = z.object({ job: z.string() });
const file = z.object({ file: openedFile.shape.id });
const model = z.object({ model: z.string() });
const batch = z.object({ batch: z.string() });

export const appInfo = z.object({
  version: z.string(),
  platform: z.string(), // process.platform
  transport: z.enum(['electron', 'serve']),
  systemDialogs: z.boolean(), // files.pick, folders.pick and shell.reveal work; else the window browses with folders.list
  cores: z.int(),
  processor: z.string(),
  memoryBytes: z.int(),
  dataFolder: z.string(),
  native: z.object({ available: z.boolean(), isa: z.string(), reason: z.string() }), // reason: why not
});

export const MENU_COMMANDS = ['open', 'open-folder', 'save', 'export', 'undo', 'redo', 'find', 'settings', 'segment', 'transcribe', 'batch', 'models', 'logs', 'shortcuts', 'zoom-fit', 'zoom-actual'] as const;

export const requests = {
  'app.info': { params: nothing, result: appInfo },
  'app.opened': { params: nothing, result: openResult }, // by open-with, before the window was there; given once

  'files.open': { params: z.object({ paths: z.array(z.string().min(1)).min(1).max(10_000) }), result: openResult },
  'files.pick': { params: z.object({ kind: z.enum(FILE_KINDS).optional() }), result: openResult }, // system dialog
  'files.demos': { params: nothing, result: z.array(openedFile) },
  'files.recent': { params: nothing, result: z.array(z.object({ path: z.string(), name: z.string(), kind: z.enum(FILE_KINDS) })) },
  'files.forget': { params: z.object({ path: z.string().min(1).nullable() }), result: nothing }, // of the recent ones; null: all
  'files.facts': { params: file, result: fileFacts },
  'folders.pick': { params: nothing, result: z.object({ path: z.string().nullable() }) }, // system dialog
  'folders.list': { params: z.object({ path: z.string().nullable() }), result: z.object({ path: z.string().nullable(), parent: z.string().nullable(), entries: z.array(folderEntry) }) }, // null: the roots
  'shell.reveal': { params: z.object({ path: z.string() }), result: nothing },

  'jobs.submit': { params: submission, result: deskJob },
  'jobs.list': { params: nothing, result: z.array(deskJob) },
  'jobs.cancel': { params: job, result: nothing },
  'jobs.retry': { params: job, result: deskJob },
  'jobs.remove': { params: job, result: nothing },
  'jobs.transcript': { params: job, result: transcriptNews }, // all so far

  'live.start': { params: z.object({ model: z.string().optional() }), result: liveSession },
  'live.stop': { params: z.object({ session: z.string() }), result: deskJob },
  'live.discard': { params: z.object({ session: z.string() }), result: nothing },

  'models.list': { params: nothing, result: z.array(modelEntry) },
  'models.import': { params: file, result: modelEntry },
  'models.install': { params: model, result: nothing }, // from the catalogue; progress by the event `models`
  'models.remove': { params: model, result: nothing },
  'models.selfTest': { params: model, result: selfTestResult },
  'models.measure': { params: model, result: measurement },

  'batch.preview': { params: batchSpec, result: batchPreview },
  'batch.start': { params: batchSpec, result: batchInfo },
  'batch.list': { params: nothing, result: z.array(batchInfo) },
  'batch.items': {
    params: z.object({ batch: z.string(), offset: z.int().min(0), limit: z.int().min(1).max(500), states: z.array(z.enum(ITEM_STATES)).optional(), task: z.enum(TASKS).optional() }),
    result: z.object({ total: z.int(), items: z.array(batchItem) }),
  },
  'batch.pause': { params: batch, result: nothing },
  'batch.resume': { params: batch, result: nothing },
  'batch.finish': { params: batch, result: nothing }, // watches no longer
  'batch.cancel': { params: batch, result: nothing },
  'batch.retry': { params: batch, result: nothing }, // the failed ones
  'batch.remove': { params: batch, result: nothing }, // from the list; outputs stay

  'settings.get': { params: nothing, result: settings },
  'settings.set': { params: settingsPatch, result: settings },

  'logs.read': { params: z.object({ limit: z.int().min(1).max(10_000) }), result: z.array(logEntry) },
  'logs.write': { params: z.object({ level: z.enum(LOG_LEVELS), message: z.string().max(10_000) }), result: nothing }, // the window's own errors
  'logs.diagnostics': { params: nothing, result: z.object({ text: z.string() }) }, // paths, file names and transcripts redacted
} satisfies Record<string, { params: z.ZodType; result: z.ZodType }>;

export const events = {
  job: deskJob, // after every change
  removed: job,
  partial: z.object({ job: z.string(), ...transcriptNews.shape }),
  live: z.object({ session: z.string(), seconds: z.number(), ...transcriptNews.shape }),
  liveEnded: z.object({ session: z.string(), error: z.string() }), // by a crash; what was recorded is kept as a desk job
  opened: openResult, // open-with, drop on the icon, a second start
  menu: z.object({ command: z.enum(MENU_COMMANDS) }),
  models: z.array(modelEntry),
  batch: batchInfo,
  batchRemoved: batch,
  batchItem: z.object({ batch: z.string(), item: batchItem }),
  settings,
  log: logEntry,
  notice: z.object({ level: z.enum(['info', 'warn', 'error']), message: z.string() }),
} satisfies Record<string, z.ZodType>;

export type RequestName = keyof typeof requests;
export type Params<Name extends RequestName> = z.input<(typeof requests)[Name]['params']>;
export type Result<Name extends RequestName> = z.output<(typeof requests)[Name]['result']>;
export type EventName = keyof typeof events;
export type EventBody<Name extends EventName> = z.output<(typeof events)[Name]>;

/** One handler for each row; a missing one is a type error. */
export type Handlers = { [Name in RequestName]: (params: z.output<(typeof requests)[Name]['params']>) => Promise<Result<Name>> };

/** How handlers and services tell the window something. */
export type Publish = <Name extends EventName>(event: Name, body: EventBody<Name>) => void;
