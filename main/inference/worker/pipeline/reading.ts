import { GREEDY } from '../../../../models/tasks/transcribe/beam';
import type { DecoderOptions } from '../../../../models/tasks/transcribe/ctc-decoder';
import { AppError } from '../../../contract/errors';
import type { LoadedModel } from './context';

export interface Reading {
  output: string; // of the model
  options: DecoderOptions;
}

/** Which answer of the model is read, and how its card wants it: phones with the language model where there are some, letters else. Throws AppError WRONG_TASK. */
export function readingOf({ card, language }: LoadedModel, withLanguage = true): Reading {
  if (!card.transcribe) throw new AppError('WRONG_TASK', `the model ${card.id} is for ${card.task}, not for transcribe`, 'Choose a speech model.');
  const { vocabulary, phones, blank, search = GREEDY, language: weights, confidence } = card.transcribe;
  if (!withLanguage || !language || !weights) return { output: 'logprobs', options: { vocabulary, blank, limits: search } };
  return { output: phones ? 'phones' : 'logprobs', options: { vocabulary: phones ?? vocabulary, blank, limits: search, language: { model: language, weights }, confidence } };
}
