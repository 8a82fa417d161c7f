/** Watched folders: looks by themselves, then the engine with the real child. */
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BatchSpec } from '../../../main/contract/batch';
import { AppError } from '../../../main/contract/errors';
import type { JobRunner } from '../../../main/jobs/run-job';
import type { Found } from '../../../main/jobs/batch/scan';
import { FolderWatch } from '../../../main/jobs/batch/watch';
import { contents, counting, engine, patient, picture, specFor } from './support';

const times = { everyMs: 1000, settleMs: 2000, emptyMs: 30_000 };

describe('a look', () => {
  /** A folder that holds what the test says. */
  function folder() {
    const files = new Map<string, Found>();
    let gone = false;
    const watch = new FolderWatch(async function* (onMissing) {
      if (gone) onMissing(new AppError('FILE_NOT_FOUND', 'gone'));
      else yield* files.values();
    }, times);
    const put = (input: string, bytes: number, modified = 1) => void files.set(input, { input, dir: '', bytes, modified });
    const names = async (now: number) => (await watch.look(now)).found.map(({ input }) => input);
    return { watch, files, put, names, vanish: (away: boolean) => void (gone = away) };
  }

  it('takes a file when it has stayed as it is', async () => {
    const { put, names, watch } = folder();
    put('a', 10);
    expect(await names(0)).toEqual([]);
    put('a', 20); // still being copied
    expect(await names(1900)).toEqual([]);
    expect(await names(3800)).toEqual([]);
    put('a', 20, 2); // same size, written again
    expect(await names(3850)).toEqual([]);
    expect(await names(5800)).toEqual([]);
    expect(await names(5900)).toEqual(['a']);
    watch.know('a', 0);
    expect(await names(20_000)).toEqual([]);
  });

  it('waits longer for the content of an empty one', async () => {
    const { put, names } = folder();
    put('a', 0);
    await names(0);
    expect(await names(29_000)).toEqual([]);
    expect(await names(30_000)).toEqual(['a']);
  });

  it('tells once of a file that has changed, when it has settled', async () => {
    const { put, watch } = folder();
    put('a', 10);
    watch.know('a', 7);
    await watch.look(0);
    expect((await watch.look(2000)).changed).toEqual([7]); // what it was when it was planned is not known
    expect((await watch.look(4000)).changed).toEqual([]);
    put('a', 11);
    expect((await watch.look(6000)).changed).toEqual([]);
    expect((await watch.look(8000)).changed).toEqual([7]);
    expect((await watch.look(10_000)).changed).toEqual([]);
  });

  it('says that a folder is gone, and knows its files when it is back', async () => {
    const { put, watch, names, vanish } = folder();
    put('a', 10);
    await names(0);
    await names(2000);
    watch.know('a', 0);
    vanish(true);
    expect(await watch.look(3000)).toMatchObject({ missing: { code: 'FILE_NOT_FOUND' }, found: [], changed: [] });
    vanish(false);
    put('b', 10);
    expect(await watch.look(4000)).toMatchObject({ missing: null, found: [], changed: [] });
    expect(await names(6000)).toEqual(['b']);
  });

  it('leaves the disk alone for longer than it takes', async () => {
    const slow = new FolderWatch(async function* () {
      await new Promise((resolve) => setTimeout(resolve, 30));
      yield* [];
    }, { ...times, everyMs: 1 });
    await slow.look();
    expect(slow.pause).toBeGreaterThan(300);
  });
});

describe('a batch that watches', () => {
  const { host, newFolder, open, until, endings } = engine();
  const quick = { everyMs: 20, settleMs: 150, emptyMs: 600 };
  const watched = (dir?: string, runner: JobRunner = host) => open(dir, runner, { watchTimes: quick });

  async function inbox(more: Partial<BatchSpec> = {}) {
    const root = newFolder();
    for (const name of ['in', 'in/sub', 'other']) mkdirSync(path.join(root, name));
    const out = path.join(root, 'out');
    writeFileSync(path.join(root, 'in', 'first.png'), await picture(40));
    return { root, out, spec: specFor([path.join(root, 'in'), path.join(root, 'other')], { watch: true, outDir: out, formats: ['csv'], ...more }) };
  }
  const outputs = (out: string) => (existsSync(out) ? Object.keys(contents(out)) : []);

  it('takes up what comes, below as well, each content once, until it is told to stop', async () => {
    const { root, out, spec } = await inbox();
    const { batches, heard } = watched();
    const { id } = await batches.start(spec);
    await until(batches, id, 'watching');
    expect(outputs(out)).toEqual(['in/first.instances.csv']);

    copyFileSync(path.join(root, 'in', 'first.png'), path.join(root, 'other', 'again.png'));
    writeFileSync(path.join(root, 'in', 'sub', 'ü 細.png'), await picture(50));
    writeFileSync(path.join(root, 'other', 'bad.png'), 'no picture');
    writeFileSync(path.join(root, 'other', 'notes.txt'), 'of another kind');
    await expect.poll(async () => await endings(batches, id), patient).toEqual({ 'first.png': 'done', 'again.png': 'skipped', 'ü 細.png': 'done', 'bad.png': 'UNKNOWN_FORMAT' });
    expect((await batches.items(id, 0, 10, { states: ['skipped'] })).items[0]!.outputs).toEqual([path.join(out, 'in', 'first.instances.csv')]);
    expect(outputs(out)).toEqual(['in/first.instances.csv', 'in/sub/ü 細.instances.csv']);

    await until(batches, id, 'watching');
    expect(batches.busy).toBe(false);
    await batches.finish(id);
    expect(await until(batches, id)).toMatchObject({ done: 2, failed: 1, skipped: 1 });
    expect(readFileSync(path.join(out, 'mamba-batch-summary.csv'), 'utf8')).toContain('UNKNOWN_FORMAT');
    expect(heard.log).toEqual([]);
  });

  it('waits for a file that is still being copied, and works again on one that was replaced', async () => {
    const { root, out, spec } = await inbox();
    const { runner, inputs } = counting(host);
    const { batches } = watched(undefined, runner);
    const { id } = await batches.start(spec);
    await until(batches, id, 'watching');
    const whole = await picture(300, 200);
    const file = path.join(root, 'in', 'slow.png');
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 12)) {
      appendFileSync(file, whole.subarray(at, at + Math.ceil(whole.length / 12)));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await expect.poll(async () => await endings(batches, id), patient).toEqual({ 'first.png': 'done', 'slow.png': 'done' });
    expect(inputs).toEqual(['first.png', 'slow.png']);
    const before = contents(out)['in/slow.instances.csv'];
    copyFileSync('assets/coins.png', file);
    await expect.poll(() => contents(out)['in/slow.instances.csv'], patient).not.toBe(before);
    expect(inputs).toEqual(['first.png', 'slow.png', 'slow.png']);
  });

  it('survives a folder that goes and comes back, while the other one is served', async () => {
    const { root, out, spec } = await inbox();
    const { runner, inputs } = counting(host);
    const { batches } = watched(undefined, runner);
    const { id } = await batches.start(spec);
    await until(batches, id, 'watching');
    renameSync(path.join(root, 'in'), path.join(root, 'away'));
    await expect.poll(async () => (await batches.list())[0]!.pausedBecause?.code, patient).toBe('FILE_NOT_FOUND');
    writeFileSync(path.join(root, 'other', 'meanwhile.png'), await picture(60));
    await expect.poll(async () => (await endings(batches, id))['meanwhile.png'], patient).toBe('done');
    expect((await batches.list())[0]!.pausedBecause).toMatchObject({ code: 'FILE_NOT_FOUND' });
    writeFileSync(path.join(root, 'away', 'new.png'), await picture(70));
    renameSync(path.join(root, 'away'), path.join(root, 'in'));
    await expect.poll(async () => (await endings(batches, id))['new.png'], patient).toBe('done');
    await until(batches, id, 'watching');
    expect((await batches.list())[0]).toMatchObject({ pausedBecause: null, done: 3, failed: 0 });
    expect(inputs).toEqual(['first.png', 'meanwhile.png', 'new.png']);
    expect(outputs(out)).toHaveLength(3);
  });

  it('goes on watching after a restart, past a torn line of its plan', async () => {
    const { root, out, spec } = await inbox();
    const dir = newFolder();
    const first = watched(dir);
    const { id } = await first.batches.start(spec);
    await until(first.batches, id, 'watching');
    writeFileSync(path.join(root, 'in', 'second.png'), await picture(50));
    await expect.poll(async () => (await first.batches.list())[0]!.done, patient).toBe(2);
    await first.batches.close();
    appendFileSync(path.join(dir, id, 'plan.jsonl'), '{"input":"/torn');
    writeFileSync(path.join(root, 'in', 'third.png'), await picture(60));
    const { runner, inputs } = counting(host);
    const second = watched(dir, runner);
    await expect.poll(async () => (await second.batches.list())[0]!.done, patient).toBe(3);
    await second.batches.close();
    expect(inputs).toEqual(['third.png']);

    const third = watched(dir, runner);
    await until(third.batches, id, 'watching');
    expect(outputs(out)).toHaveLength(3);
    await third.batches.close();
    const plan = path.join(dir, id, 'plan.jsonl');
    writeFileSync(plan, readFileSync(plan, 'utf8').replace(/^/, '?')); // not torn but damaged: numbers would shift
    const fourth = watched(dir);
    expect(await fourth.batches.list()).toEqual([]);
    expect(fourth.heard.log.join()).toContain('damaged');
  });

  it('starts with empty folders, and watches no files', async () => {
    const { root, spec } = await inbox();
    rmSync(path.join(root, 'in', 'first.png'));
    const { batches } = watched();
    expect(await batches.preview(spec)).toMatchObject({ total: 0, problems: [] });
    const { id } = await batches.start(spec);
    expect(await until(batches, id, 'watching')).toMatchObject({ total: 0 });
    await batches.pause(id);
    expect(await until(batches, id, 'paused')).toMatchObject({ total: 0 });
    const file = path.join(root, 'x.png');
    writeFileSync(file, await picture());
    await expect(batches.start(specFor([file], { watch: true }))).rejects.toMatchObject({ code: 'BAD_USAGE' });
    expect(readdirSync(path.join(root, 'in'))).toEqual(['sub']);
  });

  it('takes a file that fails up again when it has changed', async () => {
    const { root, spec } = await inbox();
    const file = path.join(root, 'in', 'cut.png');
    copyFileSync('assets/cell.png', file);
    truncateSync(file, 30_000);
    utimesSync(file, 1, 1);
    const { batches } = watched();
    const { id } = await batches.start(spec);
    await expect.poll(async () => (await endings(batches, id))['cut.png'], patient).toBe('BAD_MEDIA');
    await until(batches, id, 'watching');
    copyFileSync('assets/cell.png', file);
    await expect.poll(async () => (await endings(batches, id))['cut.png'], patient).toBe('done');
  });
});
