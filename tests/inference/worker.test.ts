/** The real child with the bundled models: cancelled, killed, orphaned, at any stage. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobEvent, JobSpec } from '../../main/contract/job';
import type { ModelFiles } from '../../main/contract/worker-messages';
import { InferenceHost } from '../../main/inference/host';
import { spawnWorker } from '../../main/inference/spawn-node';
import { runJob, type JobRunner } from '../../main/jobs/run-job';
import { wavFloat32 } from '../../main/inference/worker/sinks/wav';
import { findModelFor } from '../../main/library/bundled';
import { startCli } from '../support/command-line';
import { jobFor } from '../support/jobs';
import { SP_MAMBA_SMALL, spMambaFile, spMambaSound } from '../support/sp-mamba';
import { temporaryFolders } from '../support/temporary-folder';
import { int16, wavFile } from '../support/wav';

const newFolder = temporaryFolders();
const host = new InferenceHost({ spawn: spawnWorker, patienceMs: 1e9 }); // never kills: the child itself must obey
let nuclei: ModelFiles;
let speech: ModelFiles;

beforeAll(async () => {
  nuclei = (await findModelFor('segment')).files;
  speech = (await findModelFor('transcribe')).files;
});
afterAll(() => host.close());

/** Ten minutes of a voice-like buzz: long work. */
function longRecording(folder: string): string {
  const second = Float32Array.from({ length: 16_000 }, (_, i) => 0.3 * Math.sin(i * 0.05) * Math.sin(i * 0.0007));
  const file = path.join(folder, 'long.wav');
  writeFileSync(file, wavFile(Buffer.concat(Array.from({ length: 600 }, () => int16(second)))));
  return file;
}

/** Work in several tiles. */
async function largeImage(folder: string): Promise<string> {
  const file = path.join(folder, 'large.png');
  await sharp('assets/cell.png').resize(1200, 1200, { fit: 'fill' }).png().toFile(file);
  return file;
}

const segmentJob = (input: string, outDir: string) => jobFor(input, { outDir, formats: ['labels', 'overlay', 'coco', 'csv'] });
const transcribeJob = (input: string, outDir: string) => jobFor(input, { task: 'transcribe', outDir, formats: ['txt', 'srt'] });

/** Runs a job and aborts it as soon as it reports `stage`, more than `done` of the whole; `deaf`: the child cannot hear of it. Gives its end, whether the child did the whole work all the same, and how far it came. */
async function cancelAt(stage: string, job: JobSpec, model: ModelFiles, { done = -1, on = host, deaf = false } = {}) {
  const abort = new AbortController();
  let [whole, reached] = [false, 0];
  const emit = (event: JobEvent) => {
    if (event.event !== 'progress') return;
    reached = event.fraction;
    if (event.stage !== stage || event.fraction <= done) return;
    if (deaf) process.kill(on.pid!, 'SIGSTOP');
    abort.abort();
  };
  const runner: JobRunner = {
    async run(work, options) {
      const result = await on.run(work, options);
      whole = true;
      return result;
    },
  };
  const end = await runJob(runner, job, model, abort.signal, emit);
  return { end: end.event, whole, reached };
}

describe('cancelling cuts the work short and leaves nothing', () => {
  it.each(['decode', 'load model', 'segment', 'separate', 'encode'])('while an image is at: %s', async (stage) => {
    const [folder, out] = [newFolder(), newFolder()];
    const { end, whole } = await cancelAt(stage, segmentJob(await largeImage(folder), out), nuclei);
    expect(end).toBe('cancelled');
    if (stage !== 'encode') expect(whole).toBe(false); // the last stage may be through before it hears of it
    expect(readdirSync(out)).toEqual([]);
  });

  it('while a recording is transcribed', async () => {
    const [folder, out] = [newFolder(), newFolder()];
    const { reached, ...end } = await cancelAt('transcribe', transcribeJob(longRecording(folder), out), speech);
    expect(end).toEqual({ end: 'cancelled', whole: false });
    expect(reached).toBeLessThan(0.5);
    expect(readdirSync(out)).toEqual([]);
  });

  it('while speakers are separated, within the only window', async () => {
    const [folder, out] = [newFolder(), newFolder()];
    const [mixed, weights] = [path.join(folder, 'mixed.wav'), path.join(folder, 'voices.safetensors')];
    writeFileSync(mixed, wavFloat32([spMambaSound(11 * 4000)], 4000));
    writeFileSync(weights, spMambaFile(SP_MAMBA_SMALL));
    const { end, whole } = await cancelAt('separate speakers', jobFor(mixed, { task: 'separate', outDir: out, formats: ['wav'] }), { id: 'voices', weights }, { done: 0 });
    expect([end, whole]).toEqual(['cancelled', false]);
    expect(readdirSync(out)).toEqual([]);
  });

  it('while the child starts', async () => {
    const fresh = new InferenceHost({ spawn: spawnWorker, patienceMs: 1e9 });
    const abort = new AbortController();
    const stages: string[] = [];
    const running = runJob(fresh, segmentJob(path.resolve('assets/cell.png'), newFolder()), nuclei, abort.signal, (event) => event.event === 'progress' && stages.push(event.stage));
    await expect.poll(() => fresh.pid, { interval: 1 }).toBeDefined();
    abort.abort();
    expect((await running).event).toBe('cancelled');
    expect(stages).not.toContain('segment');
    await fresh.close();
  });

  it('in the portable path, whose runs cannot be interrupted', async () => {
    const [folder, out] = [newFolder(), newFolder()];
    const job: JobSpec = { ...segmentJob(await largeImage(folder), out), device: 'portable' };
    const on = new InferenceHost({ spawn: spawnWorker, patienceMs: 10 });
    const { end, whole } = await cancelAt('segment', job, nuclei, { on, deaf: true }); // else it may hear before a run begins
    expect([end, whole, on.pid]).toEqual(['cancelled', false, undefined]); // the child was killed
    expect(readdirSync(out)).toEqual([]);
    await on.close();
  });
});

it('a child killed in the middle of a job fails that job only, and nothing of it is left', async () => {
  const [folder, out] = [newFolder(), newFolder()];
  const kill = (event: JobEvent) => {
    if (event.event === 'progress' && event.stage === 'transcribe') process.kill(host.pid!, 'SIGKILL');
  };
  const signal = new AbortController().signal;
  const killed = await runJob(host, transcribeJob(longRecording(folder), out), speech, signal, kill);
  expect(killed).toMatchObject({ event: 'failed', error: { code: 'WORKER_CRASHED' } });
  expect(readdirSync(out)).toEqual([]);
  const next = await runJob(host, transcribeJob(path.resolve('assets/jfk.wav'), out), speech, signal, () => undefined);
  expect(next.event).toBe('done');
});

it.skipIf(process.platform !== 'linux')('the child of a command line that is killed goes too, and clears away its files', async () => {
  const [folder, out] = [newFolder(), newFolder()];
  const cli = startCli(['transcribe', longRecording(folder), '--out', out]);
  await cli.seen('progress');
  const child = childrenOf(cli.process.pid!);
  expect(child).toHaveLength(1);
  cli.process.kill('SIGKILL');
  await cli.ended;
  await expect.poll(() => isRunning(child[0]!)).toBe(false);
  expect(readdirSync(out)).toEqual([]);
});

it.skipIf(process.platform !== 'linux')('Ctrl-C in a terminal, which reaches the child too, cancels the list cleanly', async () => {
  const [folder, out] = [newFolder(), newFolder()];
  copyFileSync('assets/jfk.wav', path.join(folder, 'next.wav'));
  const cli = startCli(['transcribe', longRecording(folder), path.join(folder, 'next.wav'), '--out', out]);
  await cli.seen('progress');
  for (const pid of [...childrenOf(cli.process.pid!), cli.process.pid!]) process.kill(pid, 'SIGINT');
  const { exitCode, events } = await cli.ended;
  expect(exitCode).toBe(130);
  expect(Math.max(...events.map((event) => (event.event === 'progress' ? event.fraction : 0)))).toBeLessThan(0.5); // cut short
  expect(events.at(-1)).toMatchObject({ event: 'end', done: 0, failed: 0, cancelled: 2 });
  expect(readdirSync(out)).toEqual([]);
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
