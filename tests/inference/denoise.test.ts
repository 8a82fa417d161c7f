/** Sound cleaned before it is recognised, with the published checkpoints. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../main/contract/job';
import type { ModelFiles } from '../../main/contract/worker-messages';
import { runJob } from '../../main/jobs/run-job';
import { findModel, findModelFor } from '../../main/library/bundled';
import { newFolder, openDesk } from '../support/desk';
import { jobFor } from '../support/jobs';
import { Random } from '../support/random';
import { realHost } from '../support/services';
import { sharedMissing, sharedPath } from '../support/shared-files';
import { decode } from '../support/sound';
import { int16, wavFile } from '../support/wav';

const host = realHost();
const checkpoints = ['weights/aTENNuate/weights.pt', 'weights/CleanUMamba/CleanUMamba-3N-E8_pruned-200K.pkl'];

async function noisySpeech(seconds: number): Promise<string> {
  const speech = (await decode('assets/jfk.wav')).subarray(0, seconds * 16_000);
  const noise = new Random(3).array(speech.length);
  const file = path.join(newFolder(), 'noisy.wav');
  writeFileSync(file, wavFile(int16(speech.map((sample, i) => Math.max(-1, Math.min(1, sample + 0.05 * noise[i]!))))));
  return file;
}

async function run(input: string, change: Parameters<typeof jobFor>[1], model: ModelFiles, denoise?: ModelFiles) {
  const stages = new Set<string>();
  const fractions: number[] = [];
  const hear = (event: JobEvent) => {
    if (event.event !== 'progress') return;
    stages.add(event.stage);
    fractions.push(event.fraction);
  };
  const runner: Parameters<typeof runJob>[0] = { run: (work, options) => host.run(denoise ? { ...work, denoise } : work, options) };
  const end = await runJob(runner, jobFor(input, { outDir: newFolder(), ...change }), model, new AbortController().signal, hear);
  if (end.event !== 'done') throw new Error(JSON.stringify(end));
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  return { path: end.outputs[0]!.path, stages: [...stages] };
}

describe.each(checkpoints)('with %s', (checkpoint) => {
  const absent = sharedMissing(checkpoint);

  it.skipIf(absent)(`gives what enhance and then transcribe give ${absent ?? ''}`, async () => {
    const noisy = await noisySpeech(5);
    const speech = (await findModelFor('transcribe')).files;
    const cleaner = (await findModel(sharedPath(checkpoint))).files;
    const clean = await run(noisy, { task: 'enhance', formats: ['wav-f32'] }, cleaner);
    const apart = await run(clean.path, { task: 'transcribe', formats: ['json'] }, speech);
    const chained = await run(noisy, { task: 'transcribe', formats: ['json'] }, speech, cleaner);
    const plain = await run(noisy, { task: 'transcribe', formats: ['json'] }, speech);
    expect(readFileSync(chained.path, 'utf8')).toBe(readFileSync(apart.path, 'utf8'));
    expect(readFileSync(chained.path, 'utf8')).not.toBe(readFileSync(plain.path, 'utf8'));
    expect(chained.stages).toContain('denoise and transcribe');
    expect(plain.stages).not.toContain('denoise and transcribe');
  });

  it.skipIf(absent)(`runs on the desk, and says so where the model is for something else ${absent ?? ''}`, async () => {
    const { desk, open, ended } = await openDesk(newFolder());
    const file = await open(await noisySpeech(2));
    const job = await desk.submit({ file, task: 'transcribe', denoise: sharedPath(checkpoint) });
    expect((await ended(job)).state).toBe('done');
    await expect(desk.submit({ file, task: 'transcribe', denoise: 'speech-en' })).rejects.toMatchObject({ code: 'WRONG_TASK' });
  });
});
