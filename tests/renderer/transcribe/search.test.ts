/** Searches in a real thread with the window's own worker, bundled as it is for the window. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build, type Rollup } from 'vite';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NO_QUERY, type Passage } from '../../../renderer/features/transcribe/edit/find';
import { Searcher, type SearchThread, type SearchWork } from '../../../renderer/features/transcribe/search/searcher';

const ENTRY = fileURLToPath(new URL('../../../renderer/features/transcribe/search/search-worker.ts', import.meta.url));
const SELF = "const { parentPort } = require('node:worker_threads'); globalThis.self = { postMessage: (m) => parentPort.postMessage(m) }; parentPort.on('message', (data) => self.onmessage({ data }));\n";
const LIMIT = 300; // ms
const texts: Passage[] = [{ id: 1, text: 'the cat sat' }, { id: 2, text: `${'a'.repeat(40)}!` }];
const endless: SearchWork = { query: { ...NO_QUERY, text: '(a+)+$', regex: true }, passages: texts };
const simple: SearchWork = { query: { ...NO_QUERY, text: 'at' }, passages: texts };

describe('search in a thread', () => {
  let code = '';
  let started: Worker[] = [];

  function start(): SearchThread {
    const worker = new Worker(code, { eval: true });
    started.push(worker);
    const thread: SearchThread = { onmessage: null, onerror: null, postMessage: (work) => worker.postMessage(work), terminate: () => void worker.terminate() };
    worker.on('message', (data) => thread.onmessage?.({ data }));
    worker.on('error', (error: Error) => thread.onerror?.(error));
    return thread;
  }

  beforeAll(async () => {
    const built = (await build({ configFile: false, logLevel: 'error', build: { write: false, minify: false, lib: { entry: ENTRY, formats: ['cjs'] } } })) as Rollup.RollupOutput[];
    code = SELF + built[0]!.output[0].code;
  });
  afterEach(async () => {
    await Promise.all(started.map((worker) => worker.terminate()));
    started = [];
  });

  it('finds and replaces, in one thread', async () => {
    const searcher = new Searcher(start, LIMIT);
    expect(await searcher.run(simple)).toEqual({ hits: [{ id: 1, from: 5, to: 7 }, { id: 1, from: 9, to: 11 }], replaced: null });
    expect(await searcher.run({ ...simple, replacement: { by: 'og', literal: true } })).toMatchObject({ replaced: { changed: [{ id: 1, text: 'the cog sog' }], count: 2 } });
    expect(started).toHaveLength(1);
  });

  it('a pattern that backtracks without end is given up at the limit, for finding and for replacing, and the next search works', async () => {
    const searcher = new Searcher(start, LIMIT);
    for (const work of [endless, { ...endless, replacement: { by: '', literal: false } }]) {
      let alive = 0; // the caller goes on meanwhile
      const ticks = setInterval(() => alive++, 20);
      expect(await searcher.run(work)).toBe('late');
      clearInterval(ticks);
      expect(alive).toBeGreaterThan(3);
    }
    expect(await searcher.run(simple)).toMatchObject({ hits: { length: 2 } });
    expect(started).toHaveLength(3);
  });

  it('a newer search ends an older one, and closing ends all', async () => {
    const searcher = new Searcher(start, 60_000);
    const older = searcher.run(endless);
    const newer = searcher.run(simple);
    expect(await older).toBe('superseded');
    expect(await newer).toMatchObject({ hits: { length: 2 } });
    const last = searcher.run(endless);
    searcher.close();
    expect(await last).toBe('superseded');
  });

  it('a thread that dies rejects, and the next search has a new one', async () => {
    const searcher = new Searcher(start, LIMIT);
    await expect(searcher.run({ ...simple, passages: [{ id: 1, text: null as unknown as string }] })).rejects.toThrow();
    expect(await searcher.run(simple)).toMatchObject({ hits: { length: 2 } });
  });
});
