/** What the transports share: one studio, without a server in front of it. */
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { requests, type EventName, type Handlers } from '../../main/contract/api';
import { AppError } from '../../main/contract/errors';
import { ModelError } from '../../models/errors';
import { spawnWorker } from '../../main/inference/spawn-node';
import { createDispatch } from '../../main/ipc/dispatch';
import { serve } from '../../main/ipc/serve';
import { Grants } from '../../main/fs/grants';
import { createStudio, type Studio, type StudioOptions } from '../../main/studio';
import { temporaryFolders } from '../support/temporary-folder';

const asset = (name: string) => fileURLToPath(new URL(`../../assets/${name}`, import.meta.url));
const folder = temporaryFolders();
const open: Studio[] = [];

async function studio(options: Partial<StudioOptions> = {}): Promise<Studio> {
  const made = await createStudio({ dataDir: folder(), spawn: spawnWorker, grants: Grants.all(), checkResults: true, ...options });
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

describe('dispatch', () => {
  const handlers = (handler: () => unknown) => ({ 'settings.get': async () => handler() }) as unknown as Handlers;
  const ask = async (handler: () => unknown, checkResults = true) => {
    const heard: unknown[] = [];
    const answer = await createDispatch(handlers(handler), { unexpected: (what, error) => heard.push(what, error), checkResults })('settings.get', {});
    return { answer, heard };
  };

  it('errors with a code keep it and are no surprise', async () => {
    for (const error of [new AppError('DISK_FULL', 'full', 'empty it'), new ModelError('BAD_CARD', 'full', 'empty it')]) {
      const { answer, heard } = await ask(() => Promise.reject(error));
      expect(answer).toEqual({ error: { code: error.code, message: 'full', hint: 'empty it' } });
      expect(heard).toEqual([]);
    }
  });

  it.each([new TypeError('x is not a function'), 'a text', undefined, null, { code: 'DISK_FULL' }])('%s is INTERNAL, and heard of', async (thrown) => {
    const { answer, heard } = await ask(() => Promise.reject(thrown));
    expect(answer).toMatchObject({ error: { code: 'INTERNAL', hint: expect.stringContaining('log') } });
    expect(heard).toEqual(['settings.get', thrown]);
  });

  it('a result that breaks the contract is INTERNAL where results are checked', async () => {
    expect((await ask(() => ({ path: 5 }) as never)).answer).toHaveProperty('result'); // settings heal themselves
    expect((await ask(() => 'no object')).answer).toMatchObject({ error: { code: 'INTERNAL' } });
    expect((await ask(() => 'no object', false)).answer).toEqual({ result: 'no object' });
  });
});

it('every request of the contract has its handler', async () => {
  const { handlers } = await studio();
  expect(Object.keys(handlers).sort()).toEqual(Object.keys(requests).sort());
});

it('an unexpected exception is logged with its place and becomes INTERNAL', async () => {
  const { call, log } = await studio({ shell: { pickFolder: () => Promise.reject(new TypeError('dialog is gone')) } });
  expect(await call('folders.pick', {})).toMatchObject({ error: { code: 'INTERNAL', message: 'dialog is gone' } });
  expect(log.read(10)).toContainEqual(expect.objectContaining({ level: 'error', message: expect.stringMatching(/^folders\.pick: TypeError: dialog is gone\n +at /) }));
});

describe('system dialogs', () => {
  it('open what was picked', async () => {
    const shown: string[] = [];
    const shell = { pickFiles: async () => [asset('cell.png')], pickFolder: async () => null, reveal: async (file: string) => void shown.push(file) };
    const { call } = await studio({ shell });
    expect(await call('app.info', {})).toMatchObject({ result: { systemDialogs: true, transport: 'electron', native: { available: expect.any(Boolean) } } });
    expect(await call('files.pick', {})).toMatchObject({ result: { files: [{ name: 'cell.png' }], rejected: [] } });
    expect(await call('folders.pick', {})).toEqual({ result: { path: null } });
    expect(await call('shell.reveal', { path: asset('cell.png') })).toEqual({ result: {} });
    expect(shown).toEqual([asset('cell.png')]);
  });

  it('that are closed open nothing', async () => {
    const { call } = await studio({ shell: { pickFiles: async () => [] } });
    expect(await call('files.pick', {})).toEqual({ result: { files: [], rejected: [] } });
  });
});

describe('open-with', () => {
  it('waits for the first window and is given once', async () => {
    const { open: openWith, call } = await studio();
    await openWith([asset('cell.png')]);
    await openWith([asset('jfk.wav'), asset('SOURCE.md')]);
    expect(await call('app.opened', {})).toMatchObject({ result: { files: [{ name: 'cell.png' }, { name: 'jfk.wav' }], rejected: [{ name: 'SOURCE.md' }] } });
    expect(await call('app.opened', {})).toEqual({ result: { files: [], rejected: [] } });
  });

  it('is told to windows that are there', async () => {
    const { open: openWith, call, subscribe } = await studio();
    const events: [EventName, unknown][] = [];
    subscribe((event, body) => events.push([event, body]));
    await openWith([asset('cell.png')]);
    expect(events).toContainEqual(['opened', { files: [expect.objectContaining({ name: 'cell.png' })], rejected: [] }]);
    expect(await call('app.opened', {})).toEqual({ result: { files: [], rejected: [] } });
  });
});

it('files named at the start of serve wait for the window, and nothing beside them is granted', async () => {
  const serving = await serve({ folders: [asset('cell.png')], port: 0, dataDir: folder(), spawn: spawnWorker, checkResults: true });
  open.push({ ...serving.studio, close: () => serving.close() });
  const { call } = serving.studio;
  expect(await call('app.opened', {})).toMatchObject({ result: { files: [{ name: 'cell.png' }], rejected: [] } });
  expect(await call('files.open', { paths: [asset('coins.png')] })).toMatchObject({ result: { files: [], rejected: [{ error: { code: 'NOT_ALLOWED' } }] } });
  expect(await call('folders.list', { path: null })).toMatchObject({ result: { entries: [] } });
});

describe('logs', () => {
  it('are read, written and told', async () => {
    const { call, subscribe } = await studio();
    const told: unknown[] = [];
    subscribe((event, body) => void (event === 'log' && told.push(body)));
    expect(await call('logs.write', { level: 'warn', message: 'from the window' })).toEqual({ result: {} });
    expect(told).toMatchObject([{ level: 'warn', source: 'window', message: 'from the window' }]);
    expect(await call('logs.read', { limit: 1 })).toMatchObject({ result: [{ message: 'from the window' }] });
    expect(await call('logs.write', { level: 'warn', message: 'x'.repeat(10_001) })).toMatchObject({ error: { code: 'BAD_USAGE' } });
  });

  it('diagnostics know the machine, and neither names nor words', async () => {
    const dataDir = folder();
    const input = path.join(folder(), 'patient Kiefer.png');
    copyFileSync(asset('cell.png'), input);
    const { call, publish } = await studio({ dataDir });
    await call('files.open', { paths: [input] });
    await call('logs.write', { level: 'error', message: `patient kiefer: ${input} in ${dataDir} is odd` });
    publish('partial', { job: 'x', from: 0, segments: [{ start: 0, end: 1, text: 'my darkest thought', words: [] }] });
    await call('logs.write', { level: 'error', message: 'cannot draw My Darkest Thought' });
    const { result } = (await call('logs.diagnostics', {})) as { result: { text: string } };
    expect(result.text).toMatch(/version: \d+\.\d+/);
    expect(result.text).toMatch(/kernels: \w+/);
    expect(result.text).not.toMatch(/kiefer|darkest|mamba-test/i);
  });
});

describe('busy', () => {
  const job = { id: 'j', task: 'segment', file: { id: 'f', name: 'a.png', kind: 'image', bytes: 1, path: '' }, model: 'm', stage: '', fraction: 0, created: 0, summary: null, device: null, seconds: null, error: null, edited: false } as const;

  it('follows jobs, batches and what is removed', async () => {
    const made = await studio();
    const heard: boolean[] = [];
    made.onBusy((busy) => heard.push(busy));
    made.publish('job', { ...job, state: 'queued' });
    made.publish('job', { ...job, state: 'running' });
    made.publish('job', { ...job, id: 'k', state: 'running' });
    made.publish('job', { ...job, state: 'done' });
    expect(made.busy).toBe(true);
    made.publish('removed', { job: 'k' });
    expect(made.busy).toBe(false);
    expect(heard).toEqual([true, false]);
  });
});

describe('data folder', () => {
  it('is made for its owner only, and taken by one program at a time', { skip: process.platform === 'win32' }, async () => {
    const dataDir = path.join(folder(), 'deep', 'data');
    const first = await studio({ dataDir });
    expect(statSync(dataDir).mode & 0o77).toBe(0);
    expect(readFileSync(path.join(dataDir, 'in-use'), 'utf8')).toMatch(new RegExp(`^${process.pid}@`));
    await first.close();
    expect(existsSync(path.join(dataDir, 'in-use'))).toBe(false);
  });

  it('that cannot be made is an error with a hint', async () => {
    await expect(studio({ dataDir: path.join(asset('cell.png'), 'data') })).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', hint: expect.stringMatching(/\w/) });
  });
});
