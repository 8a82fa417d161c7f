/** Jobs, results, edits and live sound as the window has them: over WebSocket and HTTP, with the real child and the bundled models. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskJob } from '../../main/contract/desk';
import { openResult, type OpenedFile } from '../../main/contract/media';
import { resource } from '../../main/contract/resources';
import { transcript } from '../../main/contract/transcript';
import { asset, ASSETS, startServing, type Message, type TestServer, type Wire } from './support/serving';

let dataDir: string;
let server: TestServer;
let wire: Wire;
let image: OpenedFile;
let sound: OpenedFile;

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'mamba-test-'));
  server = await startServing({ dataDir, folders: [ASSETS] });
  wire = await server.connect();
  const { result } = await wire.call('files.open', { paths: [asset('cell.png'), asset('jfk.wav')] });
  [image, sound] = openResult.parse(result).files as [OpenedFile, OpenedFile];
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const jobIn = (state: DeskJob['state'], id: string) => ({ event, body }: Message) => event === 'job' && (body as DeskJob).id === id && (body as DeskJob).state === state;

async function submit(submission: object): Promise<DeskJob> {
  const { result, error } = await wire.call('jobs.submit', submission);
  expect(error).toBeUndefined();
  return result as DeskJob;
}

it('a picture becomes regions, and an edit lies beside them until it is deleted', async () => {
  const { id } = await submit({ file: image.id, task: 'segment' });
  expect((await server.ask(resource.result(id, 'regions'))).status).toBe(404);
  expect((await server.ask(resource.result(id, 'edit'), { method: 'PUT', body: 'too early' })).status).toBe(400);
  await wire.seen(jobIn('running', id));
  await wire.seen(jobIn('done', id));
  const { status, headers, bytes } = await server.ask(resource.result(id, 'regions'));
  expect([status, headers['content-type']]).toEqual([200, 'application/octet-stream']);
  expect(headers['cache-control']).toBe('private, no-cache');
  expect(bytes.length).toBeGreaterThan(1000);
  expect((await server.ask(resource.result(id, 'transcript'))).status).toBe(404);

  const edit = Buffer.from([0, 1, 2, 255, 254]);
  expect((await server.ask(resource.result(id, 'edit'))).status).toBe(404);
  expect((await server.ask(resource.result(id, 'edit'), { method: 'PUT', body: edit })).status).toBe(204);
  expect((await server.ask(resource.result(id, 'edit'))).bytes.equals(edit)).toBe(true);
  expect(((await wire.call('jobs.list')).result as DeskJob[]).find((job) => job.id === id)?.edited).toBe(true);
  expect((await server.ask(resource.result(id, 'edit'), { method: 'DELETE' })).status).toBe(204);
  expect((await server.ask(resource.result(id, 'edit'))).status).toBe(404);
});

it('a recording becomes a transcript', async () => {
  const { id } = await submit({ file: sound.id, task: 'transcribe' });
  await wire.seen(jobIn('done', id));
  const { headers, text } = await server.ask(resource.result(id, 'transcript'));
  expect(headers['content-type']).toContain('application/json');
  expect(transcript.parse(JSON.parse(text)).duration).toBeCloseTo(11, 1);
  expect((await wire.call('logs.diagnostics')).result).not.toMatchObject({ text: expect.stringContaining('jfk') });
});

it('the microphone is heard piece by piece', async () => {
  const { session } = (await wire.call('live.start', {})).result as { session: string };
  expect(server.studio.busy).toBe(true);
  const pcm = readFileSync(asset('jfk.wav')).subarray(44);
  const samples = Float32Array.from({ length: 4 * 16_000 }, (_, index) => pcm.readInt16LE(2 * index) / 32_768);
  for (let at = 0; at < samples.length; at += 8000) {
    const body = new Uint8Array(samples.buffer, at * 4, 8000 * 4);
    expect((await server.ask(resource.live(session), { method: 'POST', body })).status).toBe(204);
  }
  expect((await server.ask(resource.live(session), { method: 'POST', body: 'abc' })).status).toBe(400);
  expect((await server.ask(resource.live(session), { method: 'POST', body: new Uint8Array(5 << 20) }).catch(() => ({ status: 413 }))).status).toBe(413);
  const { result } = await wire.call('live.stop', { session });
  expect(result).toMatchObject({ task: 'transcribe', state: 'done', summary: { audioSeconds: 4 } });
  expect((await server.ask(resource.live(session), { method: 'POST', body: new Uint8Array(4) })).status).toBe(403);
  await expect.poll(() => server.studio.busy).toBe(false);
});

describe('jobs that do not exist', () => {
  it.each(['jobs.cancel', 'jobs.retry', 'jobs.remove', 'jobs.transcript'])('%s is an error report', async (name) => {
    expect((await wire.call(name, { job: '../../etc' })).error).toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('nor are their results', async () => {
    expect((await server.ask('/result/none/regions')).status).toBe(403);
    expect((await server.ask('/result/none/edit', { method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await server.ask('/result/none/secrets')).status).toBe(404);
  });
});

it('after a restart jobs and results are there, and of the uploads only what they need', async () => {
  const upload = async (name: string, from: string) => openResult.parse(JSON.parse((await server.ask(resource.upload(name), { method: 'POST', body: readFileSync(asset(from)) })).text)).files[0]!;
  const [used, unused] = [await upload('used.png', 'cell.png'), await upload('unused.png', 'coins.png')];
  const { id } = await submit({ file: used.id, task: 'segment' });
  await wire.seen(jobIn('done', id));
  const before = (await server.ask(resource.result(id, 'regions'))).bytes;
  await server.close();

  server = await startServing({ dataDir, folders: [ASSETS] });
  wire = await server.connect();
  const jobs = (await wire.call('jobs.list')).result as DeskJob[];
  expect(jobs.find((job) => job.id === id)).toMatchObject({ state: 'done', file: { id: used.id, name: 'used.png' } });
  expect((await server.ask(resource.result(id, 'regions'))).bytes.equals(before)).toBe(true);
  expect((await server.ask(resource.media(used.id))).bytes.equals(readFileSync(asset('cell.png')))).toBe(true);
  expect((await server.ask(resource.media(unused.id))).status).toBe(403);
});
