import { errorRate, matches, normalizedWords, wordErrors } from '../../../../models/metrics/wer';
import { expectedCalibrationError, fitLogistic } from '../../../../models/metrics/calibration';
import { GREEDY } from '../../../../models/tasks/transcribe/beam';
import { features, wordConfidence, type WordEvidence } from '../../../../models/tasks/transcribe/confidence';
import { CtcDecoder } from '../../../../models/tasks/transcribe/ctc-decoder';
import type { LogProbs } from '../../../../models/tasks/transcribe/streaming';
import { symbolBonus } from '../../../../models/tasks/transcribe/symbol-bonus';
import { AppError } from '../../../contract/errors';
import type { DecoderSettings, Trial } from '../../../contract/tuning';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { openAudio } from '../media/audio';
import type { LoadedModel } from '../pipeline/context';
import { readingOf, type Reading } from '../pipeline/reading';
import { recognition } from '../pipeline/recognition';
import type { ServiceContext } from './run-service';

/** Tried one setting after the other, each at the best of the others so far, in two rounds: what one should be depends on the others. */
const GRID: [keyof DecoderSettings, number[]][] = [
  ['weight', [0.3, 0.5, 0.6, 0.7, 0.8, 0.9]],
  ['priors', [0, 0.3, 0.5, 0.7, 0.9]],
  ['blank', [0, 0.7, 1.4, 2, 2.6]],
  ['wordBonus', [-2, -1.5, -1, -0.5, 0, 1]],
];
const ROUNDS = 2;
const FIRST: DecoderSettings = { weight: 0.7, priors: 0.7, blank: 1.4, wordBonus: -0.5 };

interface Utterance {
  set: string;
  text: string;
  logProbs: Record<string, LogProbs[]>; // of each output that is read
}

/** The model's answers are computed once and decoded over the grid. Errors: WRONG_TASK, those of the model and of `openAudio`. */
export async function tuneDecoder({ model, device, threads, items }: ServiceParams<'tune'>, { loader, signal, progress }: ServiceContext): Promise<ServiceResult<'tune'>> {
  const loaded = await loader.load(model, { device, threads });
  const [plain, reading] = [readingOf(loaded, false), readingOf(loaded)];
  const { language } = reading.options;
  if (!language) throw new AppError('WRONG_TASK', `the model ${loaded.card.id} has no language model to tune`, 'Name one in its card.');
  const utterances: Utterance[] = [];
  for (const [i, { input, set, text }] of items.entries()) {
    const logProbs: Utterance['logProbs'] = {};
    for (const output of new Set([plain.output, reading.output])) logProbs[output] = await hear(loaded, output, input, signal);
    utterances.push({ set, text, logProbs });
    progress('transcribe', (0.5 * (i + 1)) / items.length);
  }
  const { frameSeconds } = loaded.card.audio!;
  const trials: Trial[] = [];
  const count = 3 + ROUNDS * GRID.reduce((sum, [, values]) => sum + values.length, 0);
  const run = async (decoder: Trial['decoder'], trial: Reading, settings: DecoderSettings | null) => {
    await new Promise(setImmediate); // so that a cancel is heard
    signal.throwIfAborted();
    trials.push({ decoder, settings, ...score(utterances, trial, frameSeconds) });
    progress('tune', 0.5 + (0.5 * trials.length) / count);
  };
  await run('greedy', { ...plain, options: { ...plain.options, limits: GREEDY } }, null);
  await run('beam', plain, null);
  const { vocabulary, blank } = reading.options;
  const answers = utterances.flatMap(({ logProbs }) => logProbs[reading.output]!);
  const bonusOf = (settings: DecoderSettings) => symbolBonus(answers, vocabulary.length, blank, settings).map((value) => Number(value.toFixed(2)));
  const fused = (settings: DecoderSettings): Reading => ({ ...reading, options: { ...reading.options, language: { ...language, weights: { ...settings, symbolBonus: bonusOf(settings) } } } });
  let best = FIRST;
  for (const [setting, values] of Array.from({ length: ROUNDS }, () => GRID).flat()) {
    for (const value of values) await run('language model', fused({ ...best, [setting]: value }), { ...best, [setting]: value });
    best = bestOf(trials);
  }
  return { trials, best, symbolBonus: bonusOf(best), ...calibrate(utterances, fused(best)) };
}

async function hear(model: LoadedModel, output: string, input: string, signal: AbortSignal): Promise<LogProbs[]> {
  const logProbs: LogProbs[] = [];
  const recogniser = recognition(model, output, signal);
  for await (const pcm of await openAudio({ path: input })) for await (const answer of recogniser.push(pcm)) logProbs.push(answer);
  for await (const answer of recogniser.finish()) logProbs.push(answer);
  return logProbs;
}

/** By all words together: the smallest of sets are a few hundred words, of which two or three decide by chance. */
function bestOf(trials: readonly Trial[]): DecoderSettings {
  return trials.filter(({ settings }) => settings).reduce((best, trial) => (trial.rate < best.rate ? trial : best)).settings!;
}

function decode({ logProbs }: Utterance, { output, options }: Reading, onWord?: (evidence: WordEvidence) => void): string[] {
  const decoder = new CtcDecoder(options, onWord);
  return [...logProbs[output]!.flatMap((block) => decoder.push(block)), ...decoder.finish()].map(({ text }) => text);
}

function score(utterances: readonly Utterance[], reading: Reading, frameSeconds: number): Pick<Trial, 'rate' | 'sets' | 'realTime'> {
  const started = process.cpuUsage();
  const texts = utterances.map((utterance) => decode(utterance, reading).join(' '));
  const { user, system } = process.cpuUsage(started);
  const seconds = utterances.reduce((sum, { logProbs }) => sum + logProbs[reading.output]!.reduce((frames, block) => frames + block.frames, 0) * frameSeconds, 0);
  const counts = utterances.map(({ set, text }, i) => ({ set, errors: wordErrors(text, texts[i]!) }));
  const rate = (set?: string) => errorRate(counts.filter((one) => set === undefined || one.set === set).map(({ errors }) => errors)).rate;
  return { rate: rate(), sets: Object.fromEntries([...new Set(counts.map(({ set }) => set))].map((set) => [set, rate(set)])), realTime: (user + system) / 1e6 / seconds };
}

/** Fits on all utterances; the error of the fit is that of each half under the weights of the other. */
function calibrate(utterances: readonly Utterance[], reading: Reading): Pick<ServiceResult<'tune'>, 'confidence' | 'calibrationError'> {
  const words = utterances.flatMap((utterance, half) => {
    const evidence: WordEvidence[] = [];
    const said = decode(utterance, reading, (one) => evidence.push(one)).map((word) => word.toUpperCase());
    const right = matches(normalizedWords(utterance.text), said);
    return evidence.map((one, i) => ({ evidence: one, right: right[i]!, half: half % 2 }));
  });
  const fit = (chosen: typeof words) => fitLogistic(chosen.map(({ evidence }) => features(evidence)), chosen.map(({ right }) => right));
  const ofOthers = [1, 0].map((half) => fit(words.filter((word) => word.half === half)));
  const error = (confidence: (word: (typeof words)[number]) => number) => expectedCalibrationError(words.map(confidence), words.map(({ right }) => right));
  return {
    confidence: fit(words).map((weight) => Number(weight.toPrecision(4))),
    calibrationError: { raw: error(({ evidence }) => wordConfidence(evidence, undefined)), fitted: error(({ evidence, half }) => wordConfidence(evidence, ofOthers[half])) },
  };
}
