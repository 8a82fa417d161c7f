import { errorRate, matches, normalizedWords, wordErrors } from '../../../../models/metrics/wer';
import { expectedCalibrationError, fitLogistic } from '../../../../models/metrics/calibration';
import { GREEDY } from '../../../../models/tasks/transcribe/beam';
import { features, wordConfidence, type WordEvidence } from '../../../../models/tasks/transcribe/confidence';
import { CtcDecoder, type DecoderOptions } from '../../../../models/tasks/transcribe/ctc-decoder';
import type { LogProbs } from '../../../../models/tasks/transcribe/streaming';
import { AppError } from '../../../contract/errors';
import type { Trial } from '../../../contract/tuning';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { openAudio } from '../media/audio';
import { decoderOptions } from '../pipeline/decoder-options';
import { recognition } from '../pipeline/recognition';
import type { ServiceContext } from './run-service';

/** Tried one after the other, each at the best of the other so far. */
const WEIGHTS = [0.3, 0.45, 0.6, 0.8, 1];
const BONUSES = [0, 0.5, 1.5, 2, 3];
const FIRST_BONUS = 1;

interface Utterance {
  set: string;
  text: string;
  logProbs: LogProbs[];
}

/** The model's answers are computed once and decoded over the grid. Errors: WRONG_TASK, those of the model and of `openAudio`. */
export async function tuneDecoder({ model, device, threads, items }: ServiceParams<'tune'>, { loader, signal, progress }: ServiceContext): Promise<ServiceResult<'tune'>> {
  const loaded = await loader.load(model, { device, threads });
  const options = decoderOptions(loaded);
  const { language } = options;
  if (!language) throw new AppError('WRONG_TASK', `the model ${loaded.card.id} has no language model to tune`, 'Name one in its card.');
  const utterances: Utterance[] = [];
  for (const [i, { input, set, text }] of items.entries()) {
    const logProbs: LogProbs[] = [];
    const recogniser = recognition(loaded, signal);
    for await (const pcm of await openAudio({ path: input })) for await (const answer of recogniser.push(pcm)) logProbs.push(answer);
    for await (const answer of recogniser.finish()) logProbs.push(answer);
    utterances.push({ set, text, logProbs });
    progress('transcribe', (0.5 * (i + 1)) / items.length);
  }
  const { frameSeconds } = loaded.card.audio!;
  const trials: Trial[] = [];
  const count = 3 + WEIGHTS.length + BONUSES.length;
  const run = async (decoder: Trial['decoder'], trial: DecoderOptions): Promise<Trial> => {
    await new Promise(setImmediate); // so that a cancel is heard
    signal.throwIfAborted();
    const { weight = null, wordBonus = null } = trial.language?.weights ?? {};
    trials.push({ decoder, weight, wordBonus, ...score(utterances, trial, frameSeconds) });
    progress('tune', 0.5 + (0.5 * trials.length) / count);
    return trials.at(-1)!;
  };
  await run('greedy', { ...options, language: undefined, limits: GREEDY });
  await run('beam', { ...options, language: undefined });
  const fused = (weight: number, wordBonus: number): DecoderOptions => ({ ...options, language: { ...language, weights: { weight, wordBonus } } });
  const attempt = (weight: number, wordBonus: number) => run('language model', fused(weight, wordBonus));
  for (const weight of WEIGHTS) await attempt(weight, FIRST_BONUS);
  const { weight } = bestOf(trials);
  for (const bonus of BONUSES) await attempt(weight, bonus);
  const best = bestOf(trials);
  return { trials, best, ...calibrate(utterances, fused(best.weight, best.wordBonus)) };
}

/** By the mean of the sets' rates, so that a large set does not decide alone. */
function bestOf(trials: readonly Trial[]): { weight: number; wordBonus: number } {
  const mean = ({ sets }: Trial) => Object.values(sets).reduce((sum, rate) => sum + rate, 0) / Object.keys(sets).length;
  const { weight, wordBonus } = trials.filter(({ decoder }) => decoder === 'language model').reduce((best, trial) => (mean(trial) < mean(best) ? trial : best));
  return { weight: weight!, wordBonus: wordBonus! };
}

function decode({ logProbs }: Utterance, options: DecoderOptions, onWord?: (evidence: WordEvidence) => void): string[] {
  const decoder = new CtcDecoder(options, onWord);
  return [...logProbs.flatMap((block) => decoder.push(block)), ...decoder.finish()].map(({ text }) => text);
}

function score(utterances: readonly Utterance[], options: DecoderOptions, frameSeconds: number): Pick<Trial, 'rate' | 'sets' | 'realTime'> {
  const started = process.cpuUsage();
  const texts = utterances.map((utterance) => decode(utterance, options).join(' '));
  const { user, system } = process.cpuUsage(started);
  const seconds = utterances.reduce((sum, { logProbs }) => sum + logProbs.reduce((frames, block) => frames + block.frames, 0) * frameSeconds, 0);
  const counts = utterances.map(({ set, text }, i) => ({ set, errors: wordErrors(text, texts[i]!) }));
  const rate = (set?: string) => errorRate(counts.filter((one) => set === undefined || one.set === set).map(({ errors }) => errors)).rate;
  return { rate: rate(), sets: Object.fromEntries([...new Set(counts.map(({ set }) => set))].map((set) => [set, rate(set)])), realTime: (user + system) / 1e6 / seconds };
}

/** Fits on all utterances; the error of the fit is that of each half under the weights of the other. */
function calibrate(utterances: readonly Utterance[], options: DecoderOptions): Pick<ServiceResult<'tune'>, 'confidence' | 'calibrationError'> {
  const words = utterances.flatMap((utterance, half) => {
    const evidence: WordEvidence[] = [];
    const said = decode(utterance, options, (one) => evidence.push(one)).map((word) => word.toUpperCase());
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
