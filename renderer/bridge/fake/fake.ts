/** A bridge without anything behind it, for work on the interface in a plain browser and for unit tests. Never part of a product build. */
import type { EventBody, EventName, Params, RequestName, Result } from '../../../main/contract/api';
import { suffixesOf } from '../../../main/contract/formats';
import type { FileFacts, FolderEntry, OpenedFile } from '../../../main/contract/media';
import { defaultSettings, type Settings } from '../../../main/contract/settings';
import { BridgeError, type Bridge } from '../bridge';
import { Connection, EventListeners } from '../listeners';
import { batches, batchItems, demos, deskJobs, info, logEntries, models } from './data';
import { picture } from './pictures';

type Answers = { [Name in RequestName]?: (params: Params<Name>) => Result<Name> | Promise<Result<Name>> };

export interface FakeBridge extends Bridge {
  emit<Name extends EventName>(name: Name, body: EventBody<Name>): void;
  setConnected(connected: boolean): void;
  /** Every call so far, newest last. */
  readonly calls: readonly { name: RequestName; params: unknown }[];
}

const notHere = (name: string) => new BridgeError({ code: 'NOT_AVAILABLE', message: `${name} needs the serving process`, hint: 'start it with npm start' });

export function fakeBridge(answers: Answers = {}): FakeBridge {
  const events = new EventListeners();
  const connection = new Connection(true);
  const calls: { name: RequestName; params: unknown }[] = [];
  const opened = new Map<string, OpenedFile>(demos.map((file) => [file.id, file]));
  let settings: Settings = { ...defaultSettings, welcomed: new URLSearchParams(globalThis.location?.search ?? '').get('fake') !== 'first' };
  let jobs = deskJobs();
  let library = models;

  const defaults: Answers = {
    'app.info': () => info,
    'app.opened': () => ({ files: [], rejected: [] }),
    'files.demos': () => demos,
    'files.recent': () => [],
    'files.facts': ({ file }) => facts(opened.get(file)),
    'files.open': ({ paths }) => ({ files: paths.map((path) => adopt(path.split('/').at(-1)!, 0, path)), rejected: [] }),
    'folders.list': ({ path }) => folder(path),
    'jobs.list': () => jobs,
    'jobs.cancel': ({ job }) => change(job, 'cancelled'),
    'jobs.retry': ({ job }) => {
      change(job, 'running');
      return jobs.find((one) => one.id === job)!;
    },
    'jobs.remove': ({ job }) => {
      jobs = jobs.filter((one) => one.id !== job);
      events.emit('removed', { job });
      return {};
    },
    'jobs.transcript': () => ({ from: 0, segments: [] }),
    'models.list': () => library,
    'models.selfTest': () => ({ ok: true, seconds: 0.4, message: 'native and portable agree', finding: 'agree', devices: ['native', 'portable'], values: 4096, difference: 2e-6 }),
    'models.measure': ({ model }) => {
      const measured = { speed: model === 'speech-en' ? 31.2 : 2.1, unit: model === 'speech-en' ? ('x real time' as const) : ('megapixels/s' as const), device: 'native', threads: 8, time: Date.now() };
      library = library.map((one) => (one.id === model ? { ...one, measured } : one));
      events.emit('models', library);
      return measured;
    },
    'models.remove': ({ model }) => {
      library = library.filter((one) => one.id !== model);
      events.emit('models', library);
      return {};
    },
    'batch.list': () => batches,
    'batch.items': ({ offset, limit, states, task }) => {
      const found = batchItems.filter((item) => (states === undefined || states.includes(item.state)) && (task === undefined || item.task === task));
      return { total: found.length, items: found.slice(offset, offset + limit) };
    },
    'batch.preview': ({ sources, tasks, outDir }) => ({
      total: 12 * tasks.length,
      perTask: tasks.map(({ task }) => ({ task, total: 12 })),
      complete: true,
      samples: tasks.map(({ task, formats }) => ({ input: `${sources[0]}/field 1`, outputs: formats.flatMap((format) => suffixesOf(task, format)).map((suffix) => `${outDir ?? sources[0]}/field 1${suffix}`) })),
      problems: [],
    }),
    'settings.get': () => settings,
    'settings.set': (patch) => {
      settings = { ...settings, ...(patch as Partial<Settings>) };
      return settings;
    },
    'logs.read': ({ limit }) => logEntries().slice(-limit),
    'logs.write': () => ({}),
    'logs.diagnostics': () => ({ text: 'Mamba Studio 0.1.0\nlinux, 8 cores, 16 GB\nnative kernels: avx2\n\n2026-11-03 09:30:00 error desk <file>: BAD_MEDIA' }),
  };

  function change(id: string, state: 'cancelled' | 'running') {
    jobs = jobs.map((one) => (one.id === id ? { ...one, state, fraction: 0, error: null } : one));
    events.emit('job', jobs.find((one) => one.id === id));
    return {};
  }

  function adopt(name: string, bytes: number, path: string): OpenedFile {
    const kind = /\.(wav|mp3|flac|ogg|m4a)$/i.test(name) ? 'audio' : /\.(safetensors|pth?|ckpt)$/i.test(name) ? 'model' : 'image';
    const file: OpenedFile = { id: `file-${opened.size}`, name, kind, bytes, path };
    opened.set(file.id, file);
    return file;
  }

  return {
    async call<Name extends RequestName>(name: Name, params: Params<Name>): Promise<Result<Name>> {
      calls.push({ name, params });
      if (!connection.connected) throw new BridgeError({ code: 'CONNECTION_LOST', message: 'no connection', hint: '' });
      const answer = (answers[name] ?? defaults[name]) as ((params: Params<Name>) => Result<Name> | Promise<Result<Name>>) | undefined;
      if (answer === undefined) throw notHere(name);
      await Promise.resolve();
      return answer(params);
    },
    on: (name, listener) => events.on(name, listener),
    get connected() {
      return connection.connected;
    },
    onConnection: (listener) => connection.on(listener),
    url: (path) => picture(path),
    fetch: async (path) => Promise.reject(notHere(path)),
    openFiles: async (files, onProgress) => {
      onProgress?.(1);
      return { files: files.map((file) => adopt(file.name, file.size, '')), rejected: [] };
    },
    emit: (name, body) => void events.emit(name, body),
    setConnected: (connected) => connection.set(connected),
    calls,
  };
}

function facts(file: OpenedFile | undefined): FileFacts {
  if (file === undefined) throw new BridgeError({ code: 'NOT_ALLOWED', message: 'expected the id of an open file', hint: '' });
  if (file.kind === 'image') return { kind: 'image', width: 640, height: 480, channels: 3, bitDepth: 8 };
  return file.kind === 'audio' ? { kind: 'audio', seconds: 11 } : { kind: 'model' };
}

function folder(path: string | null): Result<'folders.list'> {
  if (path === null) return { path: null, parent: null, entries: [{ name: 'Pictures', path: '/home/ada/Pictures', kind: 'folder' }, { name: 'Recordings', path: '/home/ada/Recordings', kind: 'folder' }] };
  const entries: FolderEntry[] = [
    { name: 'series 1', path: `${path}/series 1`, kind: 'folder' },
    ...Array.from({ length: 24 }, (_, index) => ({ name: `field ${index + 1}.tif`, path: `${path}/field ${index + 1}.tif`, kind: 'image' as const })),
    { name: 'interview.mp3', path: `${path}/interview.mp3`, kind: 'audio' },
  ];
  return { path, parent: path.split('/').length > 4 ? path.slice(0, path.lastIndexOf('/')) : null, entries };
}
