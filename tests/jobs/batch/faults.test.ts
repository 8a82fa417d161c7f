/** What goes wrong around a batch: each fault has its code, and nothing is lost. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../main/contract/errors';
import { findBatch } from '../../../main/jobs/batch/batches';
import type { JobRunner } from '../../../main/jobs/run-job';
import { contents, counting, engine, patient, picture, specFor, surroundings } from './support';

const { host, newFolder, open, until, endings, closeAll } = engine();
afterEach(() => void vi.useRealTimers());

describe('faults', () => {
  it('takes a child that crashed for a hiccup twice, then for the fault of the file, and goes on', async () => {
    const root = newFolder();
    for (const name of ['a.png', 'poison.png', 'z.png']) writeFileSync(path.join(root, name), await picture());
    const { runner, inputs } = counting(host, (input) => (input.includes('poison') ? new AppError('WORKER_CRASHED', 'gone') : undefined));
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
    let gone = false;
    const vanishing: JobRunner = {
      run(work, options) {
        if (!gone && work.job.input.endsWith('10.png')) {
          renameSync(share, `${share}-gone`); // before anybody has read it, whatever the others have come to
          gone = true;
        }
        return host.run(work, options);
      },
    };
    const { batches } = open(newFolder(), vanishing);
    const { id } = await batches.start(specFor([share], { outDir: path.join(root, 'out') }));
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
    const disk = mountDisk('192k');
    if (disk === undefined) return skip('mounting a small tmpfs is not allowed here');
    try {
      const root = newFolder();
      for (let i = 0; i < 4; i++) copyFileSync('assets/cell.png', path.join(root, `${i}.png`));
      writeFileSync(path.join(disk, 'filler'), Buffer.alloc(120 * 1024));
      const { batches } = open();
      const { id } = await batches.start(specFor([root], { outDir: disk, formats: ['overlay'] }));
      const paused = await until(batches, id, 'paused');
      expect(paused).toMatchObject({ failed: 0, pausedBecause: { code: 'DISK_FULL' } });
      expect(readdirSync(disk).filter((name) => name.startsWith('.'))).toEqual([]);
      rmSync(path.join(disk, 'filler'));
      execFileSync('mount', ['-o', 'remount,size=4m', disk]);
      await batches.resume(id);
      await expect.poll(async () => (await batches.list())[0], patient).toMatchObject({ state: 'done', done: 4, failed: 0, pausedBecause: null });
    } finally {
      await closeAll();
      execFileSync('umount', [disk]);
    }
  });

  it('pauses when the disk of its journal is full, and loses nothing', async ({ skip }) => {
    const disk = mountDisk('64k');
    if (disk === undefined) return skip('mounting a small tmpfs is not allowed here');
    try {
      const [root, out] = [newFolder(), newFolder()];
      for (let i = 0; i < 5; i++) writeFileSync(path.join(root, `${i}.png`), await picture(40 + i));
      const { batches } = open(path.join(disk, 'batches'));
      const { id } = await batches.start(specFor([root], { outDir: out, formats: ['csv'] }));
      writeFileSync(path.join(disk, 'filler'), Buffer.alloc(1));
      for (let size = 1 << 16; size >= 1; size >>= 1) {
        try {
          writeFileSync(path.join(disk, 'filler'), Buffer.alloc(size), { flag: 'a' });
        } catch {} // full but for less than that
      }
      expect((await until(batches, id, 'paused')).pausedBecause).toMatchObject({ code: 'DISK_FULL' });
      rmSync(path.join(disk, 'filler'));
      await batches.resume(id);
      await expect.poll(async () => (await batches.list())[0], patient).toMatchObject({ state: 'done', done: 5, failed: 0, pausedBecause: null });
      expect(Object.keys(contents(out))).toHaveLength(5);
    } finally {
      await closeAll();
      execFileSync('umount', [disk]);
    }
  });

  it('refuses an output folder that is read-only, and pauses when it becomes so', async ({ skip }) => {
    const disk = mountDisk('4m');
    if (disk === undefined) return skip('mounting a small tmpfs is not allowed here');
    try {
      const root = newFolder();
      for (let i = 0; i < 12; i++) copyFileSync('assets/coins.png', path.join(root, `${i}.png`));
      const { batches } = open();
      const spec = specFor([root], { outDir: disk, formats: ['csv'] });
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      await expect(batches.start(spec)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      const { id } = await batches.start(spec);
      await expect.poll(async () => (await batches.list())[0]!.done, patient).toBeGreaterThan(0);
      await expect.poll(() => remountReadOnly(disk), patient).toBe(true); // busy while a file is being written
      const paused = await until(batches, id, 'paused');
      expect(paused).toMatchObject({ failed: 0, pausedBecause: { code: 'OUTPUT_NOT_WRITABLE' } });
      expect(paused.done).toBeLessThan(12);
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      await batches.resume(id);
      await expect.poll(async () => (await batches.list())[0], patient).toMatchObject({ state: 'done', done: 12, failed: 0 });
      expect(Object.keys(contents(disk))).toHaveLength(12);
    } finally {
      await closeAll();
      execFileSync('umount', [disk]);
    }
  });

  it('goes on where it was when the clock is set back', async () => {
    const [root, out, dir] = [newFolder(), newFolder(), newFolder()];
    for (let i = 0; i < 8; i++) writeFileSync(path.join(root, `${i}.png`), await picture(40 + i));
    const spec = specFor([root], { outDir: out, formats: ['csv'] });
    const first = open(dir);
    const { id } = await first.batches.start(spec);
    await expect.poll(async () => (await first.batches.list())[0]!.done, patient).toBeGreaterThan(1);
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2001-01-01') });
    await expect.poll(async () => (await first.batches.list())[0]!.done, patient).toBeGreaterThan(3);
    await first.batches.close();
    const done = (await first.batches.list())[0]!.done;
    const { runner, inputs } = counting(host);
    const second = open(dir, runner);
    expect(await until(second.batches, id)).toMatchObject({ done: 8, failed: 0 });
    expect(inputs).toHaveLength(8 - done);

    const later = await second.batches.start(spec); // in 2001: the latest all the same
    await until(second.batches, later.id);
    expect((await second.batches.list()).map((batch) => batch.id)).toEqual([later.id, id]);
    const { options } = surroundings(dir, host);
    expect((await findBatch(options, later.spec))!.info().id).toBe(later.id);
  });

  it('ends a file that takes too much memory, and the child with it', async () => {
    const root = newFolder();
    for (const name of ['a.png', 'z.png']) copyFileSync('assets/coins.png', path.join(root, name));
    await sharp('assets/cell.png').resize(6000, 6000, { fit: 'fill' }).png({ compressionLevel: 1 }).toFile(path.join(root, 'large.png'));
    const { batches } = open();
    const { id } = await batches.start(specFor([root], { megabytesPerFile: 400, formats: ['csv'] }));
    await until(batches, id);
    expect(await endings(batches, id)).toEqual({ 'a.png': 'done', 'large.png': 'MEMORY_LIMIT', 'z.png': 'done' });
    const { items } = await batches.items(id, 0, 10, { states: ['failed'] });
    expect(items[0]!.error!.message).toMatch(/\d+ MB held/);
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
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

/** A mounted file system of so many bytes, or undefined where this user or system cannot have one. */
function mountDisk(size: string): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = path.join(newFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}

function remountReadOnly(disk: string): boolean {
  try {
    execFileSync('mount', ['-o', 'remount,ro', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
