import { toCsv } from '../../../../models/tasks/transcribe/csv';
import { CtcDecoder } from '../../../../models/tasks/transcribe/ctc-decoder';
import { GrowingTranscript } from '../../../../models/tasks/transcribe/growing';
import type { Transcript } from '../../../../models/tasks/transcribe/segments';
import { SilenceGuard } from '../../../../models/tasks/transcribe/silence';
import type { LogProbs } from '../../../../models/tasks/transcribe/streaming';
import { toJson, toSrt, toTxt, toVtt } from '../../../../models/tasks/transcribe/subtitles';
import { AppError } from '../../../contract/errors';
import type { TranscribeFormat } from '../../../contract/formats';
import type { JobSpec } from '../../../contract/job';
import { growingSound } from '../media/growing-wav';
import { readSound } from '../media/inputs';
import type { LiveSource, LoadedModel, PipelineContext, PipelineResult } from './context';
import { enhancedSound, LEVEL_SHARE } from './enhance';
import { readingOf } from './reading';
import { FIRST_RUN_SECONDS, recognition } from './recognition';

const NEWS_INTERVAL_MS = 100;
const LONGEST_SUMMARY = 2000; // characters

type Writer = (transcript: Transcript) => string | Promise<Uint8Array>;

const writers: Record<TranscribeFormat, Writer> = {
  txt: toTxt, srt: toSrt, vtt: toVtt, json: toJson, csv: toCsv,
  docx: async (transcript) => (await import('../../../../models/tasks/transcribe/docx')).toDocx(transcript), // loaded when asked for: it is large
};

/** A recording -> text with times, in constant memory but for the text. Errors: those of `openAudio` and of the model. */
export async function transcribeAudio(context: PipelineContext, job: JobSpec): Promise<PipelineResult> {
  const transcript = context.live ? await listen(context, context.live, job.input) : await read(context, job.input);
  const text = transcript.segments.map((segment) => segment.text).join(' ');
  return {
    outputs: await Promise.all(job.formats.map(async (format) => ({ format, bytes: await writers[format as TranscribeFormat](transcript) }))),
    summary: {
      task: 'transcribe',
      audioSeconds: transcript.duration,
      words: transcript.segments.reduce((sum, { words }) => sum + words.length, 0),
      text: text.length > LONGEST_SUMMARY ? `${text.slice(0, LONGEST_SUMMARY)} ...` : text,
    },
  };
}

async function read(context: PipelineContext, path: string): Promise<Transcript> {
  const audio = await readSound(path);
  if (!context.denoiser) return recognize(audio, await context.model(), context, audio.durationHint);
  context.progress('load model', 0);
  const [denoiser, model] = [await context.denoiser(), await context.model()];
  const clean = enhancedSound(audio, denoiser, context, path);
  const progress = (_: string, fraction: number) => context.progress('denoise and transcribe', LEVEL_SHARE + (1 - LEVEL_SHARE) * fraction);
  return recognize(clean, model, { ...context, progress }, audio.durationHint);
}

/** Live: every bit of sound is run as it comes. */
async function listen(context: PipelineContext, live: LiveSource, path: string): Promise<Transcript> {
  const model = await context.model();
  return recognize(growingSound(path, live), model, { ...context, live });
}

/**
 * Mono sound at the card's rate -> transcript. `runSeconds` sets the length of one run and changes nothing in the result.
 * `expected`: seconds of sound, for the progress.
 */
export async function recognize(
  audio: AsyncIterable<Float32Array>,
  model: LoadedModel,
  { progress, free, signal, partial, live, languageModel, searched }: Pick<PipelineContext, 'progress' | 'free' | 'signal' | 'partial' | 'live' | 'languageModel' | 'searched'>,
  expected?: number,
  runSeconds?: number,
): Promise<Transcript> {
  const { card } = model;
  if (!card.audio || !card.transcribe) throw new AppError('WRONG_TASK', `the model ${card.id} is for ${card.task}, not for transcribe`, 'Choose a speech model.');
  const { sampleRate, frameSeconds } = card.audio;
  const { output, options } = readingOf(model, languageModel);
  const transcriber = recognition(model, output, signal, runSeconds, partial ? FIRST_RUN_SECONDS : undefined);
  const decoder = new CtcDecoder(options);
  const guard = new SilenceGuard(sampleRate, frameSeconds);
  const growing = new GrowingTranscript(guard, { emissionDelaySeconds: card.transcribe.emissionDelaySeconds, frameSeconds });
  const search = (logProbs?: LogProbs) => {
    const started = performance.now();
    growing.add(logProbs ? decoder.push(logProbs) : decoder.finish());
    searched?.((performance.now() - started) / 1000);
  };
  let samples = 0;
  let told = -Infinity;
  const tell = () => {
    if (!partial || performance.now() - told < NEWS_INTERVAL_MS) return;
    const news = growing.news(samples / sampleRate, decoder.pending());
    if (!news) return;
    told = performance.now();
    partial(news);
  };

  progress('transcribe', 0);
  for await (const pcm of audio) {
    signal.throwIfAborted();
    samples += pcm.length;
    guard.push(pcm);
    for await (const logProbs of transcriber.push(pcm)) {
      search(logProbs);
      tell();
      if (expected) progress('transcribe', Math.min(1, samples / sampleRate / expected));
    }
    if (!live) continue;
    for await (const logProbs of transcriber.drain()) search(logProbs);
    tell();
  }
  const rest: LogProbs[] = [];
  for await (const logProbs of transcriber.finish()) rest.push(logProbs);
  free?.();
  for (const logProbs of rest) search(logProbs);
  search();
  guard.finish();
  return growing.finish(samples / sampleRate);
}
