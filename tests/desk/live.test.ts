/** The microphone's way with the real child and the bundled model: sound comes in real time, or as fast as it is taken. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { EventBody } from '../../main/contract/api';
import { InferenceHost } from '../../main/inference/host';
import { spawnWorker } from '../../main/inference/spawn-node';
import { wavHeader } from '../../models/tasks/sound/wav-header';
import { newFolder, openDesk, type TestDesk } from '../support/desk';
import { decode } from '../support/sound';
import { int16, wavFile } from '../support/wav';

const CHUNK = 1600; // samples: a tenth of a second
const LOOKAHEAD = 12 * 0.04; // seconds, of the bundled model
const LATE = 0.6; // seconds of sound behind it

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const textOf = (segments: readonly { text: string }[]) => segments.map(({ text }) => text).join(' ');
const recordings = (folder: string) => readdirSync(path.join(folder, 'recordings'));

/** What the window shows of a session now. */
function shownOf({ events }: TestDesk, session: string): EventBody<'live'>['segments'] {
  const shown: EventBody<'live'>['segments'] = [];
  for (const { event, body } of events) {
    const news = body as EventBody<'live'>;
    if (event === 'live' && news.session === session) shown.splice(news.from, Infinity, ...news.segments);
  }
  return shown;
}

async function pushAll({ live }: TestDesk, session: string, pcm: Float32Array): Promise<void> {
  for (let at = 0; at < pcm.length; at += CHUNK) await live.push(session, pcm.subarray(at, at + CHUNK));
}

it('writes down what is said while it is said, and ends as the transcript of the recording', async () => {
  const dataDir = newFolder();
  const test = await openDesk(dataDir);
  const { desk, live } = test;
  const speech = (await decode('assets/jfk.wav')).subarray(0, 8.1 * 16_000);
  const file = path.join(newFolder(), 'speech.wav');
  writeFileSync(file, wavFile(int16(speech)));
  const known = await test.ended(await desk.submit({ file: await test.open(file), task: 'transcribe' }));
  const reference = (await desk.transcript(known.id)).segments.flatMap(({ words }) => words);
  expect(reference.length).toBeGreaterThan(5);
  const { session, sampleRate, model } = await live.start();
  expect([sampleRate, model]).toEqual([16_000, 'speech-en']);
  // no more sound comes until the words that ended so long ago are there: however slow the machine is, they must not need more
  let needed = 0;
  for (let at = 0; at < speech.length; at += CHUNK) {
    await live.push(session, speech.subarray(at, at + CHUNK));
    await sleep(100);
    const over = reference.filter(({ end }) => end < (at + CHUNK) / 16_000 - LOOKAHEAD - LATE).length;
    const isThere = () => shownOf(test, session).flatMap(({ words }) => words).length >= over - 1; // two may be one for a while
    for (const until = performance.now() + 10_000; !isThere() && performance.now() < until; ) await sleep(5);
    if (!isThere()) expect(++needed).toBeLessThanOrEqual(3); // news that follow other news within a tenth of a second wait for the next
  }
  const job = await live.stop(session);
  expect(job).toMatchObject({ id: session, state: 'done', task: 'transcribe', summary: { audioSeconds: 8.1 }, file: { kind: 'audio', path: '' } });

  const { segments } = await desk.transcript(job.id);
  expect(textOf(segments).startsWith(textOf(shownOf(test, session)).slice(0, 20))).toBe(true);
  const again = await test.ended(await desk.submit({ file: job.file.id, task: 'transcribe' }));
  expect(await desk.transcript(again.id)).toEqual({ from: 0, segments });
  expect(again.summary).toEqual(job.summary);
  expect(recordings(dataDir)).toHaveLength(1);
});

it('does not wait behind a long job, and catches up with sound that comes too fast', async () => {
  const test = await openDesk(newFolder());
  const { desk, live } = test;
  const speech = await decode('assets/jfk.wav');
  const file = path.join(newFolder(), 'hour.wav');
  const hour = new Uint8Array(2 * 16_000 * 3600);
  hour.set(wavHeader(16_000, 16_000 * 3600 - 22));
  writeFileSync(file, hour);
  const long = await desk.submit({ file: await test.open(file), task: 'transcribe' });
  await test.wait('job', ({ id, stage }) => id === long.id && stage === 'transcribe');
  const { session } = await live.start();
  await pushAll(test, session, speech);
  expect((await live.stop(session)).state).toBe('done');
  expect(desk.list().find(({ id }) => id === long.id)!.state).toBe('running');
  desk.cancel(long.id);
});

it('keeps the recording when the child is killed: liveEnded, a failed job, and a retry that works', async () => {
  const dataDir = newFolder();
  const hosts: InferenceHost[] = [];
  const newHost = () => hosts[hosts.push(new InferenceHost({ spawn: spawnWorker })) - 1]!;
  const test = await openDesk(dataDir, { newHost });
  const { desk, live, wait } = test;
  const speech = (await decode('assets/jfk.wav')).subarray(0, 4 * 16_000);
  const { session } = await live.start();
  await pushAll(test, session, speech);
  await wait('live', () => true);
  process.kill(live.pids[0]!, 'SIGKILL');
  expect((await wait('liveEnded', (ended) => ended.session === session)).error).toContain('SIGKILL');
  await expect(live.push(session, speech)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  await expect(live.stop(session)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect(desk.list()).toMatchObject([{ id: session, state: 'failed', error: { code: 'WORKER_CRASHED' } }]);
  await desk.retry(session);
  expect(await wait('job', ({ id, state }) => id === session && state === 'done')).toMatchObject({ summary: { audioSeconds: 4 } });
  await desk.remove(session);
  expect(recordings(dataDir)).toEqual([]);
});

it('leaves nothing of a discarded session, nor of one without sound', async () => {
  const dataDir = newFolder();
  const test = await openDesk(dataDir);
  const { desk, live } = test;
  const { session } = await live.start();
  await pushAll(test, session, new Float32Array(16_000));
  await live.discard(session);
  const silent = await live.start();
  await expect(live.stop(silent.session)).rejects.toMatchObject({ code: 'EMPTY_FILE' });
  expect(recordings(dataDir)).toEqual([]);
  expect(existsSync(path.join(desk.root, session))).toBe(false);
  expect(desk.list()).toEqual([]);
});

it('ends a session whose window has gone, and keeps what was said', async () => {
  const test = await openDesk(newFolder(), { silentMs: 2000 });
  const { session } = await test.live.start();
  await pushAll(test, session, new Float32Array(16_000).fill(NaN));
  await test.wait('liveEnded', (ended) => ended.session === session);
  expect(test.desk.list()).toMatchObject([{ id: session, state: 'failed', error: { code: 'CONNECTION_LOST' } }]);
});

it('refuses unknown models and sessions, too much sound at once, and too many sessions', async () => {
  const { live } = await openDesk(newFolder());
  await expect(live.start({ model: 'nuclei' })).rejects.toMatchObject({ code: 'WRONG_TASK' });
  await expect(live.push('none', new Float32Array(1))).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  const { session } = await live.start();
  await expect(live.push(session, new Float32Array(61 * 16_000))).rejects.toMatchObject({ code: 'TOO_LARGE' });
  for (let n = 1; n < 4; n++) await live.start();
  await expect(live.start()).rejects.toMatchObject({ code: 'NOT_AVAILABLE' });
});

it('makes jobs of recordings that a dying program left, and clears away empty ones', async () => {
  const dataDir = newFolder();
  const folder = path.join(dataDir, 'recordings');
  mkdirSync(folder);
  const sound = readFileSync('assets/jfk.wav').subarray(44, 44 + 3 * 32_000);
  writeFileSync(path.join(folder, 'Recording 1.wav'), Buffer.concat([wavHeader(16_000), sound]));
  writeFileSync(path.join(folder, 'Recording 2.wav'), wavHeader(16_000));
  expect(await decode(path.join(folder, 'Recording 1.wav'))).toHaveLength(3 * 16_000); // readable as it is
  const { desk, live, wait } = await openDesk(dataDir);
  await live.recover();
  await live.recover();
  expect(recordings(dataDir)).toEqual(['Recording 1.wav']);
  expect(readFileSync(path.join(folder, 'Recording 1.wav')).readUInt32LE(40)).toBe(sound.length);
  const [job, ...more] = desk.list();
  expect(more).toEqual([]);
  expect(job).toMatchObject({ state: 'failed', file: { name: 'Recording 1.wav' } });
  await desk.retry(job!.id);
  expect(await wait('job', ({ state }) => state === 'done')).toMatchObject({ summary: { audioSeconds: 3 } });
});
