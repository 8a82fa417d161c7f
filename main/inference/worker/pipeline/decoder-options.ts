import { GREEDY } from '../../../../models/tasks/transcribe/beam';
import type { DecoderOptions } from '../../../../models/tasks/transcribe/ctc-decoder';
import { AppError } from '../../../contract/errors';
import type { LoadedModel } from './context';

/** How the card wants the model's answers read. Throws AppError WRONG_TASK. */
export function decoderOptions({ card, language }: LoadedModel, withLanguage = true): DecoderOptions {
  if (!card.transcribe) throw new AppError('WRONG_TASK', `the model ${card.id} is for ${card.task}, not for transcribe`, 'Choose a speech model.');
  const { vocabulary, blank, search = GREEDY, language: weights, confidence } = card.transcribe;
  if (!withLanguage || !language || !weights) return { vocabulary, blank, limits: search };
  return { vocabulary, blank, limits: search, language: { model: language, weights }, confidence };
}
