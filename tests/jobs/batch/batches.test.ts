/** The engine with the real child and the bundled models. */
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { batchInfo, batchItem, type BatchItem, type BatchSpec } from '../../../main/contract/batch';
import { contents, counting, engine, patient, picture, specFor } from './support';

const { host, newFolder, open, until, endings } = engine();

async function mixedFolder(): Promise<string> {
  const root = newFolder();
  for (const folder of ['a', 'b', 'ü 細']) mkdirSync(path.join(root, folder));
  copyFileSync('assets/cell.png', path.join(root, 'a', 'cell.png'));
  copyFileSync('assets/cell.png', path.join(root, 'b', 'cell.png'));
  copyFileSync('assets/coins.png', path.join(root, 'ü 細', 'клетка 🧫.png'));
  copyFileSync('assets/jfk.wav', path.join(root, 'b', 'speech.wav'));
  writeFileSync(path.join(root, 'a', 'cut.png'), readFileSync('assets/cell.png').subarray(0, 30_000));
  writeFileSync(path.join(root, 'b', 'text.png'), 'no picture');
  writeFileSync(path.join(root, 'b', 'empty.png'), '');
  return root;
}

describe('a mixed folder', () => {
  it('does the good ones, names what is wrong with the others, mirrors the folders', async () => {
    const [root, out] = [await mixedFolder(), newFolder()];
    const { batches, heard } = open();
    const { id } = await batches.start(specFor([root], { outDir: out }));
    expect(await until(batches, id)).toMatchObject({ total: 6, done: 3, failed: 3, skipped: 0, fraction: 1, etaSeconds: null, pausedBecause: null });
    expect(await endings(batches, id)).toEqual({ 'cell.png': 'done', 'клетка 🧫.png': 'done', 'cut.png': 'BAD_MEDIA', 'text.png': 'UNKNOWN_FORMAT', 'empty.png': 'EMPTY_FILE' });
    expect(Object.keys(contents(out))).toEqual(['a/cell', 'b/cell', 'ü 細/клетка 🧫'].flatMap((name) => [`${name}.instances.csv`, `${name}.labels.png`]).sort());
    const summary = readFileSync(path.join(out, 'mamba-batch-summary.csv'), 'utf8');
    expect(summary).toContain('UNKNOWN_FORMAT');
    expect(JSON.parse(readFileSync(path.join(out, 'mamba-batch-summary.json'), 'utf8')).items).toHaveLength(6);
    for (const { event, body } of heard.events) expect(event === 'batch' ? batchInfo.safeParse(body).success : event === 'batchItem' && batchItem.safeParse((body as { item: unknown }).item).success).toBe(true);
  });

  it('numbers equal names that go into one folder', async () => {
    const [root, out] = [await mixedFolder(), newFolder()];
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { outDir: out, template: '{name}', formats: ['csv'], include: ['cell.png'] }));
    await until(batches, id);
    expect(Object.keys(contents(out))).toEqual(['cell-2.instances.csv', 'cell.instances.csv']);
  });

  it('runs nothing where equal names are refused, and goes on when they are gone', async () => {
    const [root, out] = [await mixedFolder(), newFolder()];
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { outDir: out, template: '{name}', formats: ['csv'], include: ['cell*'], collisions: 'refuse' }));
    const { done, pausedBecause } = await until(batches, id, 'paused');
    expect(pausedBecause).toMatchObject({ code: 'OUTPUT_COLLISION', message: expect.stringContaining(path.join('b', 'cell.png')) as string });
    expect([done, readdirSync(out)]).toEqual([0, []]);
    renameSync(path.join(root, 'b', 'cell.png'), path.join(root, 'b', 'cell two.png'));
    await batches.resume(id);
    expect(await until(batches, id)).toMatchObject({ total: 2, done: 2 });
  });

  it('does recordings beside the inputs', async () => {
    const root = await mixedFolder();
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { task: 'transcribe', formats: ['txt'] }));
    expect(await until(batches, id)).toMatchObject({ total: 1, done: 1 });
    expect(readFileSync(path.join(root, 'b', 'speech.txt'), 'utf8')).toMatch(/[a-z]{2,} [a-z]{2,}/i);
  });

  it('previews what it would do', async () => {
    const root = await mixedFolder();
    const { batches } = open();
    const seen = await batches.preview(specFor([root], { outDir: '/out', template: '{name}', formats: ['csv'] }));
    expect(seen).toMatchObject({ total: 6, complete: true, problems: [] });
    expect(seen.samples.map(({ outputs }) => outputs[0])).toEqual(['/out/cell.instances.csv', '/out/cut.instances.csv', '/out/cell-2.instances.csv', '/out/empty.instances.csv', '/out/text.instances.csv', '/out/клетка 🧫.instances.csv']);
    expect((await batches.preview(specFor([root], { template: '../{name}' }))).problems).toMatchObject([{ code: 'BAD_USAGE' }]);
    expect((await batches.preview(specFor([newFolder()]))).problems).toMatchObject([{ code: 'FILE_NOT_FOUND' }]);
    expect((await batches.preview(specFor([root], { model: 'none' }))).problems).toMatchObject([{ code: 'UNKNOWN_MODEL' }]);
  });
});

describe('outputs that are there', () => {
  const run = async (existing: BatchSpec['existing']) => {
    const root = newFolder();
    writeFileSync(path.join(root, 'x.png'), await picture());
    writeFileSync(path.join(root, 'x.instances.csv'), 'mine');
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { existing, formats: ['csv'] }));
    await until(batches, id);
    return { ending: (await endings(batches, id))['x.png'], mine: readFileSync(path.join(root, 'x.instances.csv'), 'utf8') === 'mine', names: readdirSync(root).filter((name) => name.endsWith('instances.csv')).sort() };
  };

  it('are left alone, numbered around or replaced, as asked', async () => {
    expect(await run('skip')).toEqual({ ending: 'skipped', mine: true, names: ['x.instances.csv'] });
    expect(await run('number')).toEqual({ ending: 'done', mine: true, names: ['x-2.instances.csv', 'x.instances.csv'] });
    expect(await run('overwrite')).toEqual({ ending: 'done', mine: false, names: ['x.instances.csv'] });
  });
});

describe('going on', () => {
  async function small(count = 4) {
    const root = newFolder();
    for (let i = 0; i < count; i++) writeFileSync(path.join(root, `${i}.png`), await picture(40 + i));
    return { root, out: newFolder() };
  }

  it('does nothing twice, and again only what changed or lost its output', async () => {
    const { root, out } = await small();
    const dir = newFolder();
    const first = open(dir);
    const { id } = await first.batches.start(specFor([root], { outDir: out }));
    await until(first.batches, id);
    await first.batches.close();
    writeFileSync(path.join(root, '1.png'), await picture(99, 99));
    unlinkSync(path.join(out, '2.labels.png'));
    const { runner, inputs } = counting(host);
    const second = open(dir, runner);
    await second.batches.resume(id);
    await expect.poll(() => [...inputs].sort(), patient).toEqual(['1.png', '2.png']); // at the same time
    await expect.poll(async () => (await second.batches.list())[0], patient).toMatchObject({ state: 'done', done: 4, failed: 0 });
    const told = second.heard.events.flatMap(({ event, body }) => (event === 'batchItem' ? [(body as { item: BatchItem }).item] : [])).filter(({ state }) => state === 'done');
    expect(told.map(({ index }) => index).sort()).toEqual([1, 2]); // nothing of those that still hold, each end once
    expect((await sharp(path.join(out, '1.labels.png')).metadata()).width).toBe(99);
    expect(Object.keys(contents(out))).toHaveLength(8);
  });

  it('keeps an output that somebody edited, when its input changes', async () => {
    const { root, out } = await small(1);
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { outDir: out, formats: ['csv'], existing: 'number' }));
    await until(batches, id);
    writeFileSync(path.join(out, '0.instances.csv'), 'edited');
    writeFileSync(path.join(root, '0.png'), await picture(77));
    await batches.resume(id);
    await expect.poll(() => readdirSync(out).includes('0-2.instances.csv'), patient).toBe(true);
    await until(batches, id);
    expect(readFileSync(path.join(out, '0.instances.csv'), 'utf8')).toBe('edited');
  });

  it('pauses after the file in hand, goes on, and cancels the rest', async () => {
    const { root, out } = await small(30);
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { outDir: out }));
    let before = 0;
    await expect.poll(async () => (before = (await batches.list())[0]!.done), patient).toBeGreaterThan(2);
    await batches.pause(id);
    const { done } = await until(batches, id, 'paused');
    expect(done - before).toBeLessThanOrEqual(3); // one at work, one being written, one that had ended meanwhile
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await batches.list())[0]).toMatchObject({ state: 'paused', done });
    expect(Object.keys(contents(out)).filter((name) => path.basename(name).startsWith('.'))).toEqual([]);
    await batches.resume(id);
    await expect.poll(async () => (await batches.list())[0]!.done, patient).toBeGreaterThan(done);
    await batches.cancel(id);
    const end = (await batches.list())[0]!;
    expect(end.state).toBe('cancelled');
    expect(end.fraction).toBeLessThan(1); // what was cancelled is not done
    expect((await batches.items(id, 0, 500, { states: ['cancelled'] })).total).toBe(30 - end.done);
    await batches.resume(id);
    expect(await until(batches, id)).toMatchObject({ done: 30 });
    await batches.remove(id);
    expect(await batches.list()).toEqual([]);
    expect(Object.keys(contents(out))).toHaveLength(60);
  });

  it('tries failed ones again', async () => {
    const { root, out } = await small(2);
    writeFileSync(path.join(root, 'bad.png'), 'x');
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { outDir: out }));
    expect(await until(batches, id)).toMatchObject({ done: 2, failed: 1 });
    writeFileSync(path.join(root, 'bad.png'), await picture());
    await batches.retry(id);
    await expect.poll(async () => (await batches.list())[0], patient).toMatchObject({ state: 'done', done: 3, failed: 0 });
    expect(readdirSync(out).filter((name) => name.includes('summary'))).toHaveLength(2);
  });

  it('comes back by itself after the program ended in the middle, past garbage in the journal', async () => {
    const { root, out } = await small(20);
    const dir = newFolder();
    const first = open(dir);
    const { id } = await first.batches.start(specFor([root], { outDir: out }));
    await expect.poll(async () => (await first.batches.list())[0]!.done, patient).toBeGreaterThan(3);
    await first.batches.close();
    const done = (await first.batches.list())[0]!.done;
    appendFileSync(path.join(dir, id, 'journal.jsonl'), '\0\xff garbage\n{"event":"done","item":"x"}\n{"event":"done","item":99999}\n{"event":"sta');
    const { runner, inputs } = counting(host);
    const second = open(dir, runner);
    expect(await until(second.batches, id)).toMatchObject({ done: 20, failed: 0 });
    expect(inputs).toHaveLength(20 - done);
    expect(second.heard.log.join()).toContain('unreadable lines');
  });
});
