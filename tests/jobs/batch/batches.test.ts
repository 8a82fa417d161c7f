/** The engine with the real child and the bundled models. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { batchInfo, batchItem, type BatchInfo, type BatchSpec } from '../../../main/contract/batch';
import { AppError } from '../../../main/contract/errors';
import { Batches } from '../../../main/jobs/batch/batches';
import type { JobRunner } from '../../../main/jobs/run-job';
import { temporaryFolders } from '../../support/temporary-folder';
import { contents, realHost, specFor, surroundings, type Heard } from './support';

const newFolder = temporaryFolders();
const patient = { timeout: 30_000, interval: 5 }; // others may use the cores
const host = realHost();
const opened: Batches[] = [];
afterEach(async () => {
  for (const batches of opened.splice(0)) await batches.close();
});

function open(dir = newFolder(), runner: JobRunner = host): { batches: Batches; heard: Heard; dir: string } {
  const { options, heard } = surroundings(dir, runner);
  const batches = new Batches(options);
  opened.push(batches);
  return { batches, heard, dir };
}

async function until(batches: Batches, id: string, state: BatchInfo['state'] = 'done'): Promise<BatchInfo> {
  await expect.poll(async () => (await batches.list()).find((batch) => batch.id === id)!.state, { timeout: 60_000, interval: 20 }).toBe(state);
  return (await batches.list()).find((batch) => batch.id === id)!;
}

/** Every item by name of its input: state or code. */
async function endings(batches: Batches, batch: string): Promise<Record<string, string>> {
  const { items } = await batches.items(batch, 0, 500);
  return Object.fromEntries(items.map((item) => [path.basename(item.input), item.error?.code ?? item.state]));
}

const picture = (width = 40, height = 30) => sharp({ create: { width, height, channels: 3, background: 'grey' } }).png().toBuffer();

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

/** A runner that counts what it passes on, and may refuse. */
function counting(refuse: (input: string) => AppError | undefined = () => undefined) {
  const inputs: string[] = [];
  const runner: JobRunner = {
    run(work, options) {
      inputs.push(path.basename(work.job.input));
      const error = refuse(work.job.input);
      return error ? Promise.reject(error) : host.run(work, options);
    },
  };
  return { runner, inputs };
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
    const { runner, inputs } = counting();
    const second = open(dir, runner);
    await second.batches.resume(id);
    await expect.poll(() => inputs, patient).toEqual(['1.png', '2.png']);
    await expect.poll(async () => (await second.batches.list())[0], patient).toMatchObject({ state: 'done', done: 4, failed: 0 });
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

  it('pauses within a second, goes on, and cancels the rest', async () => {
    const { root, out } = await small(30);
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { outDir: out }));
    await expect.poll(async () => (await batches.list())[0]!.done, patient).toBeGreaterThan(2);
    const asked = performance.now();
    await batches.pause(id);
    expect(performance.now() - asked).toBeLessThan(1000);
    const { done } = await until(batches, id, 'paused');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await batches.list())[0]).toMatchObject({ state: 'paused', done });
    expect(Object.keys(contents(out)).filter((name) => path.basename(name).startsWith('.'))).toEqual([]);
    await batches.resume(id);
    await expect.poll(async () => (await batches.list())[0]!.done, patient).toBeGreaterThan(done);
    await batches.cancel(id);
    const end = (await batches.list())[0]!;
    expect(end.state).toBe('cancelled');
    expect(end.fraction).toBeLessThan(1); // what was cancelled is not done
    expect((await batches.items(id, 0, 500, ['cancelled'])).total).toBe(30 - end.done);
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
    const { runner, inputs } = counting();
    const second = open(dir, runner);
    expect(await until(second.batches, id)).toMatchObject({ done: 20, failed: 0 });
    expect(inputs).toHaveLength(20 - done);
    expect(second.heard.log.join()).toContain('unreadable lines');
  });
});

describe('faults', () => {
  it('takes a child that crashed for a hiccup twice, then for the fault of the file, and goes on', async () => {
    const root = newFolder();
    for (const name of ['a.png', 'poison.png', 'z.png']) writeFileSync(path.join(root, name), await picture());
    const { runner, inputs } = counting((input) => (input.includes('poison') ? new AppError('WORKER_CRASHED', 'gone') : undefined));
    const { batches } = open(newFolder(), runner);
    const { id } = await batches.start(specFor([root], { formats: ['csv'] }));
    expect(await until(batches, id)).toMatchObject({ done: 2, failed: 1 });
    expect(inputs.filter((input) => input === 'poison.png')).toHaveLength(3);
  });

  it('ends a file that takes too long, and the child with it', async () => {
    const root = newFolder();
    copyFileSync('assets/hubble_deep_field.jpg', path.join(root, 'large.jpg'));
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { secondsPerFile: 0.05 }));
    await until(batches, id);
    expect(await endings(batches, id)).toEqual({ 'large.jpg': 'TIME_LIMIT' });
  });

  it('pauses when a source vanishes, and goes on when it is back', async () => {
    const root = newFolder();
    const share = path.join(root, 'share');
    mkdirSync(share);
    for (let i = 0; i < 20; i++) writeFileSync(path.join(share, `${i}.png`), await picture());
    const { batches } = open();
    const { id } = await batches.start(specFor([share], { outDir: path.join(root, 'out') }));
    await expect.poll(async () => (await batches.list())[0]!.done, patient).toBeGreaterThan(2);
    renameSync(share, `${share}-gone`);
    expect((await until(batches, id, 'paused')).pausedBecause).toMatchObject({ code: 'FILE_NOT_FOUND' });
    renameSync(`${share}-gone`, share);
    await batches.resume(id);
    await expect.poll(async () => (await batches.list())[0], patient).toMatchObject({ state: 'done', done: 20, failed: 0 });
  });

  it('pauses with a model that cannot be read, before it fails every file', async () => {
    const root = newFolder();
    writeFileSync(path.join(root, 'a.png'), await picture());
    const model = path.join(newFolder(), 'model');
    mkdirSync(model);
    copyFileSync('models/bundled/nuclei/card.json', path.join(model, 'card.json'));
    writeFileSync(path.join(model, 'model.safetensors'), Buffer.alloc(5000, 0xa5));
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { model }));
    expect((await until(batches, id, 'paused')).pausedBecause).toMatchObject({ code: 'BAD_CHECKPOINT' });
  });

  it('pauses on a full disk, loses nothing, and goes on when there is room', async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip('mounting a small tmpfs is not allowed here');
    try {
      const root = newFolder();
      for (let i = 0; i < 4; i++) copyFileSync('assets/cell.png', path.join(root, `${i}.png`));
      writeFileSync(path.join(disk, 'filler'), Buffer.alloc(120 * 1024));
      const { batches } = open();
      const { id } = await batches.start(specFor([root], { outDir: path.resolve(disk), formats: ['overlay'] }));
      const paused = await until(batches, id, 'paused');
      expect(paused).toMatchObject({ failed: 0, pausedBecause: { code: 'DISK_FULL' } });
      expect(readdirSync(disk).filter((name) => name.startsWith('.'))).toEqual([]);
      rmSync(path.join(disk, 'filler'));
      execFileSync('mount', ['-o', 'remount,size=4m', disk]);
      await batches.resume(id);
      await expect.poll(async () => (await batches.list())[0], patient).toMatchObject({ state: 'done', done: 4, failed: 0, pausedBecause: null });
    } finally {
      await opened.pop()?.close();
      execFileSync('umount', [disk]);
    }
  });

  it('does not work on a batch that another process has in hand', async () => {
    const root = newFolder();
    writeFileSync(path.join(root, 'a.png'), await picture());
    const { batches, dir } = open();
    const { id } = await batches.start(specFor([root], { formats: ['csv'] }));
    await until(batches, id);
    await expect.poll(() => existsSync(path.join(dir, id, 'lock')), patient).toBe(false);
    writeFileSync(path.join(dir, id, 'lock'), String(process.ppid));
    await batches.resume(id);
    expect((await until(batches, id, 'paused')).pausedBecause).toMatchObject({ code: 'NOT_AVAILABLE' });
    writeFileSync(path.join(dir, id, 'lock'), '999999999'); // its owner was killed
    await batches.resume(id);
    await until(batches, id);
  });
});

/** A mounted file system of 192 KiB, or undefined where this user or system cannot have one. */
function smallDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = path.join('out', 'small-batch-disk');
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=192k', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}
