import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ModelLoader } from '../../main/inference/worker/sessions/model-loader';
import { recognize, transcribeAudio } from '../../main/inference/worker/pipeline/transcribe';
import type { LoadedModel, PipelineContext } from '../../main/inference/worker/pipeline/context';
import type { JobSpec } from '../../main/contract/job';
import { Transcriber, type FloatTensor } from '../../models/tasks/transcribe/streaming';
import { nativeMissing } from '../support/graph-runner';
import { Random } from '../support/random';
import { decode, join } from '../support/sound';
import { temporaryFolders } from '../support/temporary-folder';
import { int16, wavFile } from '../support/wav';

const root = path.join(import.meta.dirname, '../..');
const folder = temporaryFolders();
const loader = new ModelLoader(() => undefined);
const bundled = (id: string) => ({ id, card: path.join(root, `models/bundled/${id}/card.json`), weights: path.join(root, `models/bundled/${id}/model.safetensors`) });
const load = (device: 'native' | 'portable') => loader.load(bundled('speech-en'), { device, threads: 1 });
const quiet = { progress: () => undefined, signal: new AbortController().signal };
const devices = (['native', 'portable'] as const).map((device) => ({ device, missing: device === 'native' ? nativeMissing : undefined }));

/** Glides of changing pitch and loudness, with pauses: the model hears something in every band. */
function babble(seconds: number): Float32Array {
  const random = new Random(21);
  const noise = random.array(seconds * 16000, -0.02, 0.02);
  let phase = 0;
  return noise.map((value, i) => {
    const t = i / 16000;
    phase += (2 * Math.PI * (300 + 250 * Math.sin(7 * t) + 900 * Math.sin(1.3 * t) ** 2)) / 16000;
    const loudness = Math.max(0, Math.sin(2 * Math.PI * 3 * t)) * (t % 4 < 3 ? 1 : 0);
    return loudness * (0.3 * Math.sin(phase) + 0.1 * Math.sin(3 * phase)) + (loudness > 0 ? value : 0);
  });
}

/** Noise that falls by 6 dB an octave: wind, traffic, a ventilator. */
function rumble(seconds: number, loudness: number): Float32Array {
  let sum = 0;
  return new Random(6).array(seconds * 16000).map((value) => Math.max(-1, Math.min(1, (sum = 0.998 * sum + value) * loudness * 0.03)));
}

/** Strings struck twice a second, each with eight harmonics that fade. */
function melody(seconds: number): Float32Array {
  const random = new Random(8);
  const semitones = Array.from({ length: 2 * seconds }, () => [0, 2, 4, 5, 7, 9, 11, 12][random.below(8)]!);
  return Float32Array.from({ length: seconds * 16000 }, (_, i) => {
    const t = (i % 8000) / 16000;
    const pitch = 262 * 2 ** (semitones[Math.floor(i / 8000)]! / 12);
    return [1, 2, 3, 4, 5, 6, 7, 8].reduce((sound, k) => sound + (0.2 / k) * Math.sin(2 * Math.PI * k * pitch * t) * Math.exp(-3 * t * k), 0);
  });
}

async function* blocks(pcm: Float32Array, length: number): AsyncGenerator<Float32Array> {
  for (let at = 0; at < pcm.length; at += length) yield pcm.subarray(at, at + length);
}

async function logProbs({ card, built, session }: LoadedModel, pcm: Float32Array, stepsPerRun: number): Promise<Float32Array> {
  const run = async (feeds: Record<string, FloatTensor>) => (await session.run(feeds)) as Record<string, FloatTensor>;
  const transcriber = new Transcriber(run, 'logprobs', built.states, { ...card.audio!, stepsPerRun });
  const parts: Float32Array[] = [];
  for await (const { data } of transcriber.push(pcm)) parts.push(data);
  for await (const { data } of transcriber.finish()) parts.push(data);
  return join(parts);
}

afterAll(async () => (await load('portable')).session.dispose());

describe.each(devices)('chunked recognition, $device', ({ device, missing }) => {
  const pcm = babble(9.3);

  it.skipIf(missing)('log probabilities are those of the whole within 1e-4, for any chunk', async () => {
    const model = await load(device);
    const whole = await logProbs(model, pcm, 1000);
    expect(whole.length).toBe(2 * Math.ceil(pcm.length / 640) * 29);
    for (const stepsPerRun of [1, 7, 25, 64]) {
      const chunked = await logProbs(model, pcm, stepsPerRun);
      expect(chunked.length).toBe(whole.length);
      expect(chunked.reduce((worst, value, i) => Math.max(worst, Math.abs(value - whole[i]!)), 0), `${stepsPerRun} steps`).toBeLessThan(1e-4);
    }
  });

  it.skipIf(missing)('so is the transcript of a speech, for any chunk and any block', async () => {
    const model = await load(device);
    const speech = await decode(path.join(root, 'assets/jfk.wav'));
    const whole = await recognize(blocks(speech, speech.length), model, quiet, undefined, 60);
    expect(whole.duration).toBe(11);
    expect(whole.segments.flatMap(({ words }) => words).length).toBeGreaterThan(8);
    for (const [runSeconds, block] of [[0.04, 16000], [0.5, 333], [3, 5000]] as const) {
      const chunked = await recognize(blocks(speech, block), model, quiet, undefined, runSeconds);
      expect(chunked.segments.map(({ start, end, text }) => [start, end, text])).toEqual(whole.segments.map(({ start, end, text }) => [start, end, text]));
    }
  });
});

describe('transcribeAudio', () => {
  const job = (input: string): JobSpec => ({ id: 'one', task: 'transcribe', input, outDir: '/nowhere', outName: 'out', overwrite: false, formats: ['txt', 'srt', 'vtt', 'json'], device: 'portable', threads: 1 });
  const context = (changes: Partial<PipelineContext> = {}): PipelineContext => ({ model: () => load('portable'), ...quiet, ...changes });
  const wav = (pcm: Float32Array) => {
    const file = path.join(folder(), 'recording.wav');
    writeFileSync(file, wavFile(int16(pcm)));
    return file;
  };
  const bytesOf = (result: Awaited<ReturnType<typeof transcribeAudio>>) => Object.fromEntries(result.outputs.map(({ format, bytes }) => [format, bytes]));

  it.each([
    ['silence', new Float32Array(3 * 16000)],
    ['faint noise', new Random(3).array(3 * 16000, -0.0008, 0.0008)],
    ['hiss', new Random(4).array(3 * 16000, -0.2, 0.2)],
    ['rumble', rumble(20, 0.3)],
    ['loud rumble', rumble(20, 1)],
    ['a single sample', Float32Array.of(0.5)],
  ])('%s: an empty transcript', async (_, pcm) => {
    const result = await transcribeAudio(context(), job(wav(pcm)));
    expect(result.summary).toEqual({ task: 'transcribe', audioSeconds: pcm.length / 16000, words: 0, text: '' });
    expect(bytesOf(result)).toMatchObject({ txt: '', srt: '', vtt: 'WEBVTT\n' });
  });

  it('hardly hears words in music', async () => {
    const { summary } = await transcribeAudio(context(), job(wav(melody(20))));
    expect(summary).toMatchObject({ task: 'transcribe', words: expect.toSatisfy((words: number) => words <= 6) });
  });

  it('progress rises to one; the formats agree with the summary', async () => {
    const fractions: number[] = [];
    const result = await transcribeAudio(context({ progress: (_, fraction) => fractions.push(fraction) }), job(wav(babble(30))));
    expect(fractions[0]).toBe(0);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBeGreaterThan(0.7);
    const { txt, json } = bytesOf(result);
    const parsed = JSON.parse(String(json)) as { segments: { text: string; words: unknown[] }[] };
    expect(String(txt)).toBe(parsed.segments.map(({ text }) => `${text}\n`).join(''));
    expect(result.summary).toMatchObject({ audioSeconds: 30, words: parsed.segments.reduce((sum, { words }) => sum + words.length, 0) });
  });

  it('stops when cancelled', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await expect(transcribeAudio(context({ signal: cancel.signal }), job(wav(babble(2))))).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('an image and a vision model: WRONG_TASK', async () => {
    const picture = path.join(folder(), 'picture.wav');
    writeFileSync(picture, Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'));
    await expect(transcribeAudio(context(), job(picture))).rejects.toMatchObject({ code: 'WRONG_TASK' });
    const vision = () => loader.load(bundled('nuclei'), { device: 'portable', threads: 1 });
    await expect(transcribeAudio(context({ model: vision }), job(wav(babble(1))))).rejects.toMatchObject({ code: 'WRONG_TASK' });
  });
});
