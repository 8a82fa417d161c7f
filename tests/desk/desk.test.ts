/** The desk with the real child and the bundled models. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import type { DeskJob } from '../../main/contract/desk';
import { deskJob } from '../../main/contract/desk';
import { decodeRegions } from '../../models/tasks/segment/regions';
import { newFolder, openDesk } from '../support/desk';
import { int16, wavFile } from '../support/wav';

function longRecording(): string {
  const second = Float32Array.from({ length: 16_000 }, (_, i) => 0.3 * Math.sin(i * 0.05) * Math.sin(i * 0.0007));
  const file = path.join(newFolder(), 'long.wav');
  writeFileSync(file, wavFile(Buffer.concat(Array.from({ length: 600 }, () => int16(second)))));
  return file;
}

async function largeImage(): Promise<string> {
  const file = path.join(newFolder(), 'large.png');
  await sharp('assets/cell.png').resize(1100, 1100, { fit: 'fill' }).png().toFile(file);
  return file;
}

describe('a job', () => {
  it('segments: queued, running, done, with a result that the window can read', async () => {
    const { desk, open, ended, events } = await openDesk(newFolder());
    const job = await desk.submit({ file: await open('assets/cell.png'), task: 'segment' });
    expect(job).toMatchObject({ state: 'queued', model: 'nuclei', file: { name: 'cell.png', kind: 'image' } });
    const done = await ended(job);
    expect(deskJob.parse(done)).toMatchObject({ state: 'done', fraction: 1, error: null, edited: false, summary: { task: 'segment' } });
    const states = events.filter(({ event }) => event === 'job').map(({ body }) => (body as DeskJob).state);
    expect(states.filter((state, i) => state !== states[i - 1])).toEqual(['queued', 'running', 'done']);
    const fractions = events.filter(({ event }) => event === 'job').map(({ body }) => (body as DeskJob).fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    const regions = decodeRegions(Uint8Array.from(readFileSync(desk.resultFile(job.id, 'regions'))).buffer);
    expect(done.summary).toMatchObject({ width: regions.width, height: regions.height, instances: regions.count });
    expect(() => desk.resultFile(job.id, 'transcript')).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  });

  it('transcribes, tells the text as it comes, and ends with the same text', async () => {
    const { desk, open, ended, events } = await openDesk(newFolder());
    const job = await desk.submit({ file: await open('assets/1089-134686-0000.flac'), task: 'transcribe' });
    const done = await ended(job);
    expect(done.state).toBe('done');
    const partials = events.filter(({ event }) => event === 'partial').map(({ body }) => body as { from: number; segments: { text: string }[] });
    expect(events.findIndex(({ event }) => event === 'partial')).toBeLessThan(events.findIndex(({ event, body }) => event === 'job' && (body as DeskJob).state === 'done'));
    const result = JSON.parse(readFileSync(desk.resultFile(job.id, 'transcript'), 'utf8')) as { segments: { text: string }[] };
    const { from, segments } = await desk.transcript(job.id);
    expect(from).toBe(0);
    expect(segments.map(({ text }) => text)).toEqual(result.segments.map(({ text }) => text));
    expect(segments.length).toBeGreaterThan(0);
    expect(result.segments[0]!.text.startsWith(partials[0]!.segments[0]!.text.slice(0, 3))).toBe(true);
  });

  it('spells what is heard where the user wants no language model', async () => {
    const text = async (languageModel: boolean) => {
      const { desk, open, ended, close } = await openDesk(newFolder(), { settings: { get: () => ({ device: 'auto', threads: 0, languageModel }) } });
      const job = await ended(await desk.submit({ file: await open('assets/1089-134686-0000.flac'), task: 'transcribe' }));
      const { segments } = await desk.transcript(job.id);
      await close();
      return segments.map((segment) => segment.text).join(' ');
    };
    expect(await text(false)).not.toBe(await text(true));
  });

  it('keeps the partial transcript while it runs and when it is cancelled', async () => {
    const { desk, open, ended, wait } = await openDesk(newFolder());
    const speech = readFileSync('assets/jfk.wav').subarray(44);
    const file = path.join(newFolder(), 'long-speech.wav');
    writeFileSync(file, wavFile(Buffer.concat(Array.from({ length: 60 }, () => speech))));
    const job = await desk.submit({ file: await open(file), task: 'transcribe' });
    await wait('partial', ({ from }) => from > 3);
    expect((await desk.transcript(job.id)).segments.length).toBeGreaterThan(3);
    desk.cancel(job.id);
    expect((await ended(job)).state).toBe('cancelled');
    expect((await desk.transcript(job.id)).segments.length).toBeGreaterThan(3);
  });

  it('fails with the reason for a file that is damaged or of the wrong kind, and never stops the others', async () => {
    const { desk, open, ended } = await openDesk(newFolder());
    const broken = path.join(newFolder(), 'broken.png');
    writeFileSync(broken, readFileSync('assets/cell.png').subarray(0, 600));
    const jobs = [
      await desk.submit({ file: await open(broken), task: 'segment' }),
      await desk.submit({ file: await open('assets/cell.png'), task: 'transcribe' }),
      await desk.submit({ file: await open('assets/cell.png'), task: 'segment' }),
    ];
    const ends = await Promise.all(jobs.map(ended));
    expect(ends.map(({ error }) => error?.code)).toEqual(['BAD_MEDIA', 'WRONG_TASK', undefined]);
    expect(ends.map(({ state }) => state)).toEqual(['failed', 'failed', 'done']);
  });

  it('refuses what cannot be a job', async () => {
    const { desk, open } = await openDesk(newFolder());
    const file = await open('assets/cell.png');
    await expect(desk.submit({ file: 'nothing', task: 'segment' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(desk.submit({ file, task: 'segment', model: 'none' })).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
    await expect(desk.submit({ file, task: 'segment', model: 'speech-en' })).rejects.toMatchObject({ code: 'WRONG_TASK' });
    await expect(desk.submit({ file, task: 'segment', denoise: 'x' })).rejects.toMatchObject({ code: 'BAD_USAGE' });
    expect(() => desk.cancel('none')).toThrow(expect.objectContaining({ code: 'NOT_ALLOWED' }));
    expect(desk.list()).toEqual([]);
  });
});

describe('cancelling', () => {
  it.each(['load model', 'segment', 'separate', 'encode'])('cuts the work short at: %s', async (stage) => {
    const { desk, open, host, ended, wait } = await openDesk(newFolder(), { ownChild: stage === 'load model' });
    const running = vi.spyOn(host, 'run');
    const job = await desk.submit({ file: await open(await largeImage()), task: 'segment' });
    await wait('job', (each) => each.stage === stage);
    desk.cancel(job.id);
    expect((await ended(job)).state).toBe('cancelled');
    if (stage !== 'encode') expect(running.mock.settledResults.map(({ type }) => type)).toEqual(['rejected']); // the last stage may be through before it hears of it
    running.mockRestore();
  });

  it('of a job that waits is immediate, and running it again works', async () => {
    const { desk, open, ended, wait } = await openDesk(newFolder());
    const long = await desk.submit({ file: await open(longRecording()), task: 'transcribe' });
    const waiting = await desk.submit({ file: await open('assets/cell.png'), task: 'segment' });
    await wait('job', (each) => each.id === long.id && each.state === 'running');
    desk.cancel(waiting.id);
    expect(desk.list().map(({ state }) => state)).toEqual(['running', 'cancelled']);
    expect(await desk.retry(waiting.id)).toMatchObject({ id: waiting.id, state: 'queued' });
    await expect(desk.retry(waiting.id)).rejects.toMatchObject({ code: 'BAD_USAGE' });
    desk.cancel(long.id);
    await wait('job', (each) => each.id === waiting.id && each.state === 'done');
    expect((await ended(long)).state).toBe('cancelled');
    expect(existsSync(desk.resultFile(waiting.id, 'regions'))).toBe(true);
  });
});

it('fails only the running job when the child is killed; the next one and a retry run', async () => {
  const { desk, open, host, ended, wait } = await openDesk(newFolder());
  const job = await desk.submit({ file: await open(longRecording()), task: 'transcribe' });
  const next = await desk.submit({ file: await open('assets/cell.png'), task: 'segment' });
  await wait('job', (each) => each.id === job.id && each.stage === 'transcribe');
  process.kill(host.pid!, 'SIGKILL');
  expect(await ended(job)).toMatchObject({ state: 'failed', error: { code: 'WORKER_CRASHED' } });
  expect((await ended(next)).state).toBe('done');
  await desk.retry(job.id);
  await wait('job', (each) => each.id === job.id && each.state === 'running' && each.stage === 'transcribe' && each.error === null);
  desk.cancel(job.id);
});

it('removes a job with all that it left, running or done', async () => {
  const { desk, open, host, ended, wait } = await openDesk(newFolder());
  const work = vi.spyOn(host, 'run');
  const done = await desk.submit({ file: await open('assets/cell.png'), task: 'segment' });
  await ended(done);
  const running = await desk.submit({ file: await open(longRecording()), task: 'transcribe' });
  await wait('job', (each) => each.id === running.id && each.state === 'running');
  await Promise.all([desk.remove(done.id), desk.remove(running.id)]);
  expect(work.mock.settledResults.map(({ type }) => type)).toEqual(['fulfilled', 'rejected']); // it did not wait for the end
  work.mockRestore();
  expect(desk.list()).toEqual([]);
  expect(readdirSync(desk.root)).toEqual([]);
  await expect(desk.remove(done.id)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
});

it('keeps edits beside the result, whole', async () => {
  const dataDir = newFolder();
  const { desk, open, ended, wait, close } = await openDesk(dataDir);
  const { id } = await ended(await desk.submit({ file: await open('assets/cell.png'), task: 'segment' }));
  expect(() => desk.editFile(id)).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  await Promise.all([desk.writeEdit(id, Uint8Array.of(1)), desk.writeEdit(id, Uint8Array.of(1, 2)), desk.writeEdit(id, Uint8Array.of(1, 2, 3))]);
  await wait('job', (job) => job.edited);
  expect([...readFileSync(desk.editFile(id))]).toEqual([1, 2, 3]);
  await close();
  const again = await openDesk(dataDir);
  expect(again.desk.list()).toMatchObject([{ id, state: 'done', edited: true }]);
  await again.desk.deleteEdit(id);
  expect(again.desk.list()).toMatchObject([{ edited: false }]);
  expect(() => again.desk.editFile(id)).toThrow();
});

describe('after a restart', () => {
  it('finished jobs are there, interrupted ones have failed and can be run again, unreadable ones are cleared away', async () => {
    const [dataDir, inputs] = [newFolder(), newFolder()];
    const input = path.join(inputs, 'gone.png');
    writeFileSync(input, readFileSync('assets/cell.png'));
    const first = await openDesk(dataDir);
    const done = await first.ended(await first.desk.submit({ file: await first.open('assets/cell.png'), task: 'segment' }));
    const gone = await first.ended(await first.desk.submit({ file: await first.open(input), task: 'segment' }));
    const running = await first.desk.submit({ file: await first.open(longRecording()), task: 'transcribe' });
    await first.wait('job', (each) => each.id === running.id && each.state === 'running');
    const waiting = await first.desk.submit({ file: await first.open('assets/jfk.wav'), task: 'transcribe' });
    await first.close();

    writeFileSync(input, 'changed');
    writeFileSync(path.join(first.desk.root, done.id, 'left.tmp'), '');
    const stray = path.join(first.desk.root, 'stray');
    mkdirSync(stray);
    writeFileSync(path.join(stray, 'job.json'), '{"job":');

    const { desk, wait, files } = await openDesk(dataDir);
    expect(existsSync(stray)).toBe(false);
    expect(desk.list().map(({ id, state, error }) => [id, state, error?.code])).toEqual([
      [done.id, 'done', undefined],
      [gone.id, 'failed', 'FILE_NOT_FOUND'],
      [running.id, 'failed', 'WORKER_CRASHED'],
      [waiting.id, 'failed', 'WORKER_CRASHED'],
    ]);
    expect(files.get(done.file.id).path).toBe(path.resolve('assets/cell.png'));
    expect(existsSync(desk.resultFile(done.id, 'regions'))).toBe(true);
    await desk.retry(waiting.id);
    await wait('job', (each) => each.id === waiting.id && each.state === 'done');
    copyFileSync('assets/cell.png', input);
    await expect(desk.retry(gone.id)).resolves.toMatchObject({ state: 'queued', file: { name: 'gone.png' } }); // as it is now
    await wait('job', (each) => each.id === gone.id && each.state === 'done');
  });

  it('a job whose input is gone waits thirty days for it, with its result', async () => {
    const [dataDir, inputs] = [newFolder(), newFolder()];
    const [input, elsewhere] = [path.join(inputs, 'a.png'), path.join(inputs, 'away')];
    copyFileSync('assets/cell.png', input);
    const first = await openDesk(dataDir);
    const { id } = await first.ended(await first.desk.submit({ file: await first.open(input), task: 'segment' }));
    await first.close();
    renameSync(input, elsewhere);
    const second = await openDesk(dataDir);
    expect(second.desk.list()).toMatchObject([{ id, state: 'failed', error: { code: 'FILE_NOT_FOUND' } }]);
    await expect(second.desk.retry(id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await second.close();
    renameSync(elsewhere, input);
    const third = await openDesk(dataDir);
    expect(third.desk.list()).toMatchObject([{ id, state: 'done' }]);
    expect(existsSync(third.desk.resultFile(id, 'regions'))).toBe(true);
    await third.close();
    rmSync(input);
    const long = new Date(Date.now() - 31 * 24 * 3600 * 1000);
    utimesSync(path.join(first.desk.root, id, 'job.json'), long, long);
    const fourth = await openDesk(dataDir);
    expect(fourth.desk.list()).toEqual([]);
    expect(existsSync(path.join(first.desk.root, id))).toBe(false);
  });
});
