import { toCsv } from '../../../../models/tasks/transcribe/csv';
import { GreedyDecoder, type CtcToken } from '../../../../models/tasks/transcribe/ctc';
import { segmentWords, type Transcript } from '../../../../models/tasks/transcribe/segments';
import { SilenceGuard } from '../../../../models/tasks/transcribe/silence';
import { Transcriber, type FloatTensor } from '../../../../models/tasks/transcribe/streaming';
import { toJson, toSrt, toTxt, toVtt } from '../../../../models/tasks/transcribe/subtitles';
import { wordsFromTokens } from '../../../../models/tasks/transcribe/words';
import { AppError } from '../../../contract/errors';
import type { TranscribeFormat } from '../../../contract/formats';
import type { JobSpec } from '../../../contract/job';
import { openAudio } from '../media/audio';
import type { LoadedModel, PipelineContext, PipelineResult } from './context';

const RUN_SECONDS = 8; // of sound in one run: longer runs are no faster, and take more memory
const LONGEST_SUMMARY = 2000; // characters

type Writer = (transcript: Transcript) => string | Promise<Uint8Array>;

const writers: Record<TranscribeFormat, Writer> = {
  txt: toTxt, srt: toSrt, vtt: toVtt, json: toJson, csv: toCsv,
  docx: async (transcript) => (await import('../../../../models/tasks/transcribe/docx')).toDocx(transcript), // loaded when asked for: it is large
};

/** A recording -> text with times, in constant memory but for the text. Errors: those of `openAudio` and of the model. */
export async function transcribeAudio(context: PipelineContext, job: JobSpec): Promise<PipelineResult> {
  const audio = await openAudio({ path: job.input });
  const model = await context.model();
  const transcript = await recognize(audio, model, context, audio.durationHint);
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

/**
 * Mono sound at the card's rate -> transcript. `runSeconds` sets the length of one run and changes nothing in the result.
 * `expected`: seconds of sound, for the progress.
 */
export async function recognize(
  audio: AsyncIterable<Float32Array>,
  { card, built, session }: LoadedModel,
  { progress, signal }: Pick<PipelineContext, 'progress' | 'signal'>,
  expected?: number,
  runSeconds = RUN_SECONDS,
): Promise<Transcript> {
  if (!card.audio || !card.transcribe) throw new AppError('WRONG_TASK', `the model ${card.id} is for ${card.task}, not for transcribe`, 'Choose a speech model.');
  const { sampleRate, stepSamples, frameSeconds } = card.audio;
  const stepsPerRun = Math.max(1, Math.round((runSeconds * sampleRate) / stepSamples));
  const run = async (feeds: Record<string, FloatTensor>) => (await session.run(feeds, { signal })) as Record<string, FloatTensor>;
  const transcriber = new Transcriber(run, built.states, { ...card.audio, stepsPerRun });
  const decoder = new GreedyDecoder(card.transcribe.blank);
  const guard = new SilenceGuard(sampleRate, frameSeconds);
  const tokens: CtcToken[] = [];
  let samples = 0;

  progress('transcribe', 0);
  for await (const pcm of audio) {
    signal.throwIfAborted();
    samples += pcm.length;
    guard.push(pcm);
    for await (const logProbs of transcriber.push(pcm)) {
      tokens.push(...decoder.push(logProbs));
      if (expected) progress('transcribe', Math.min(1, samples / sampleRate / expected));
    }
  }
  for await (const logProbs of transcriber.finish()) tokens.push(...decoder.push(logProbs));
  tokens.push(...decoder.finish());

  const duration = samples / sampleRate;
  const words = wordsFromTokens(guard.keep(tokens), { ...card.transcribe, frameSeconds, duration });
  return { language: 'en', duration, segments: segmentWords(words) };
}
