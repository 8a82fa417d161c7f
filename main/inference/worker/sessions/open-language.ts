import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelCard } from '../../../../models/cards/card';
import { LanguageModel } from '../../../../models/tasks/transcribe/language/language-model';
import { AppError, inFile } from '../../../contract/errors';
import { readError } from '../../../fs/system-errors';

/** The language model that the card names, from beside the card. Throws AppError FILE_NOT_FOUND, BAD_CHECKPOINT. */
export async function openLanguage(card: ModelCard, cardFile: string): Promise<LanguageModel | undefined> {
  const { language, vocabulary, phones } = card.transcribe ?? {};
  if (!language || !vocabulary) return undefined;
  const file = path.join(path.dirname(cardFile), language.file);
  const bytes = await readFile(file).catch((error: unknown) => Promise.reject(readError(error, file)));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== language.sha256) {
    throw new AppError('BAD_CHECKPOINT', `${file}: expected the language model with the checksum ${language.sha256}, got ${sha256}`, 'The file is damaged or of another version: install the model again.');
  }
  return inFile(file, () => (phones ? LanguageModel.open(bytes, phones, 'phones') : LanguageModel.open(bytes, vocabulary, 'letters')));
}
