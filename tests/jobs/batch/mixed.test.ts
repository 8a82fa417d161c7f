/** Pictures and recordings in one batch, with the real child and the bundled models. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BatchTask } from '../../../main/contract/batch';
import type { Preparation } from '../../../main/contract/worker-messages';
import type { JobRunner } from '../../../main/jobs/run-job';
import { findModelFor } from '../../../main/library/bundled';
import { contents, counting, engine, patient, specFor, speech } from './support';

const { host, newFolder, open, until, endings } = engine();

const tasks: BatchTask[] = [{ task: 'segment', formats: ['labels', 'csv'] }, { task: 'transcribe', formats: ['txt'] }];

function mixedFolder(): string {
  const root = newFolder();
  mkdirSync(path.join(root, 'visit ü'));
  const sound = readFileSync('assets/jfk.wav');
  const files: Record<string, Buffer | string> = {
    'visit ü/one.png': readFileSync('assets/cell.png'), // equal names beside each other
    'visit ü/one.wav': sound,
    'cut.png': readFileSync('assets/cell.png').subarray(0, 30_000),
    'cut.wav': 'no sound',
    DSC0001: readFileSync('assets/coins.png'),
    memo: speech(1),
    'notes.txt': 'words',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(root, name), content);
  return root;
}

describe('pictures and recordings in one folder', () => {
  it('go to their tasks, by name or content, without a number where only the names before the suffix are equal', async () => {
    const [root, out] = [mixedFolder(), newFolder()];
    const prepared: string[] = [];
    const runner: JobRunner = {
      run: (work, options) => host.run(work, options),
      prepare: (preparation: Preparation) => {
        prepared.push(preparation.model.id);
        host.prepare(preparation);
      },
    };
    const { batches } = open(newFolder(), runner);
    const { id } = await batches.start(specFor([root], { outDir: out, tasks: [...tasks].reverse() }));
    expect(await until(batches, id)).toMatchObject({ total: 6, done: 4, failed: 2, skipped: 0, fraction: 1 });
    expect(await endings(batches, id)).toEqual({ DSC0001: 'done', 'cut.png': 'BAD_MEDIA', 'cut.wav': 'UNKNOWN_FORMAT', memo: 'done', 'one.png': 'done', 'one.wav': 'done' });
    expect(Object.keys(contents(out))).toEqual(['DSC0001.instances.csv', 'DSC0001.labels.png', 'memo.txt', 'visit ü/one.instances.csv', 'visit ü/one.labels.png', 'visit ü/one.txt']);
    expect(readFileSync(path.join(out, 'visit ü', 'one.txt'), 'utf8')).toMatch(/[a-z]{2,} [a-z]{2,}/i);
    const models = await Promise.all([findModelFor('segment'), findModelFor('transcribe')]);
    expect(prepared).toEqual(models.map(({ card }) => card.id)); // each once, that of the first file first

    const { items } = await batches.items(id, 0, 10);
    const heard = await batches.items(id, 1, 10, { task: 'transcribe', states: ['done', 'failed'] });
    expect([heard.total, heard.items.map(({ input }) => path.basename(input))]).toEqual([3, ['memo', 'one.wav']]);
    expect(items.map(({ input, task }) => [path.basename(input), task])).toEqual([['DSC0001', 'segment'], ['cut.png', 'segment'], ['cut.wav', 'transcribe'], ['memo', 'transcribe'], ['one.png', 'segment'], ['one.wav', 'transcribe']]);
    expect(readFileSync(path.join(out, 'mamba-batch-summary.csv'), 'utf8')).toContain(`memo,transcribe,done`);
  });

  it('are counted and named in the preview', async () => {
    const { batches } = open();
    const seen = await batches.preview(specFor([mixedFolder()], { outDir: '/out', tasks, template: '{task}/{name}' }));
    expect(seen).toMatchObject({ total: 6, perTask: [{ task: 'segment', total: 3 }, { task: 'transcribe', total: 3 }], complete: true, problems: [] });
    expect(seen.samples.map(({ outputs }) => outputs[0])).toEqual(['segment/DSC0001.labels.png', 'segment/cut.labels.png', 'transcribe/cut.txt', 'transcribe/memo.txt', 'segment/one.labels.png', 'transcribe/one.txt'].map((name) => `/out/${name}`));
  });

  it('opens no model that no file needs', async () => {
    const [root, prepared] = [newFolder(), [] as string[]];
    copyFileSync('assets/coins.png', path.join(root, 'a.png'));
    const { batches } = open(newFolder(), { run: (work, options) => host.run(work, options), prepare: ({ model }) => void prepared.push(model.id) });
    const { id } = await batches.start(specFor([root], { tasks: [tasks[1]!, tasks[0]!] }));
    expect(await until(batches, id)).toMatchObject({ total: 1, done: 1 });
    expect(prepared).toHaveLength(1);
  });

  it('that are named themselves go to the task of their kind, what cannot be told to the first', async () => {
    const root = mixedFolder();
    const { batches } = open();
    const sources = ['memo', 'DSC0001', 'cut.wav', 'notes.txt'].map((name) => path.join(root, name));
    const { id } = await batches.start(specFor(sources, { outDir: newFolder(), tasks, template: '{task}-{model}-{name}' }));
    expect(await until(batches, id)).toMatchObject({ done: 2, failed: 2 });
    const { items } = await batches.items(id, 0, 10);
    expect(items.map(({ task }) => task)).toEqual(['transcribe', 'segment', 'transcribe', 'segment']);
    expect(path.basename(items[0]!.outputs[0]!)).toMatch(/^transcribe-[\w-]+-memo\.txt$/);
    expect(path.basename(items[1]!.outputs[0]!)).toMatch(/^segment-[\w-]+-DSC0001\.labels\.png$/);
  });

  it('are looked at again by their own tasks, and taken up where the program had ended', async () => {
    const [root, out, dir] = [mixedFolder(), newFolder(), newFolder()];
    for (let i = 0; i < 12; i++) writeFileSync(path.join(root, i % 2 ? `${i}.wav` : `${i}.png`), i % 2 ? speech(1) : readFileSync('assets/coins.png'));
    const first = open(dir);
    const { id } = await first.batches.start(specFor([root], { outDir: out, tasks }));
    await expect.poll(async () => (await first.batches.list())[0]!.done, patient).toBeGreaterThan(3);
    await first.batches.close();
    const { done, failed } = (await first.batches.list())[0]!;
    const { runner, inputs } = counting(host);
    const second = open(dir, runner);
    expect(await until(second.batches, id)).toMatchObject({ total: 18, done: 16, failed: 2 });
    expect(inputs).toHaveLength(18 - done - failed);

    rmSync(path.join(out, '1.txt'));
    rmSync(path.join(out, '2.labels.png'));
    inputs.length = 0;
    await second.batches.resume(id);
    await expect.poll(() => [...inputs].sort(), patient).toEqual(['1.wav', '2.png']);
    expect(await until(second.batches, id)).toMatchObject({ done: 16, failed: 2 });
    expect(Object.keys(contents(out))).toHaveLength(3 + 3 + 6 * 3); // hidden files count
  });

  it('are taken up from watched folders, each content once', async () => {
    const [root, out] = [newFolder(), newFolder()];
    const { batches } = open(newFolder(), host, { watchTimes: { everyMs: 10, settleMs: 100, emptyMs: 100 } });
    const { id } = await batches.start(specFor([root], { outDir: out, tasks, watch: true }));
    await until(batches, id, 'watching');
    for (const name of ['a.png', 'again.png']) copyFileSync('assets/coins.png', path.join(root, name));
    for (const name of ['a.wav', 'b']) writeFileSync(path.join(root, name), speech(1));
    await expect.poll(async () => (await batches.list())[0], patient).toMatchObject({ state: 'watching', total: 4, done: 2, skipped: 2 });
    expect(Object.keys(contents(out)).map((name) => path.extname(name))).toEqual(expect.arrayContaining(['.csv', '.png', '.txt']));
    expect(Object.keys(contents(out))).toHaveLength(3);
    await batches.finish(id);
    await until(batches, id);
  });

  it('are numbered where files of others have their names, each by what it writes', async () => {
    const root = newFolder();
    copyFileSync('assets/coins.png', path.join(root, 'a.png'));
    writeFileSync(path.join(root, 'a.wav'), speech(1));
    writeFileSync(path.join(root, 'a.txt'), 'mine');
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { tasks, existing: 'number' }));
    await until(batches, id);
    expect(readdirSync(root).filter((name) => !name.includes('summary')).sort()).toEqual(['a-2.txt', 'a.instances.csv', 'a.labels.png', 'a.png', 'a.txt', 'a.wav']);
  });
});

it('two tasks for the same files are refused', async () => {
  const { batches } = open();
  const wanted = (...names: BatchTask['task'][]) => batches.start(specFor([newFolder()], { tasks: names.map((task) => ({ task, formats: ['csv'] })) }));
  await expect(wanted('segment', 'classify')).rejects.toMatchObject({ code: 'BAD_USAGE', message: 'segment and classify both take pictures' });
  await expect(wanted('transcribe', 'classify')).rejects.toMatchObject({ code: 'BAD_USAGE', message: 'transcribe and classify both take recordings' });
  await expect(wanted('segment', 'segment')).rejects.toMatchObject({ code: 'BAD_USAGE' });
});
