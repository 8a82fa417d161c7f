import path from 'node:path';
import { AppError } from '../contract/errors';
import type { Device } from '../contract/job';
import type { Tuning } from '../contract/tuning';
import type { ServiceHost } from '../contract/worker-services';
import type { InstalledModel } from '../library/bundled';
import type { Selection } from './select';
import { readSpeechData } from './speech-data';

/** Tunes the decoder of a speech model on labelled recordings. Throws AppError WRONG_TASK, BAD_USAGE, CANCELLED, and as the files do. */
export async function tuneOn(
  { card, files }: InstalledModel,
  folder: string,
  selection: Selection,
  { host, device, threads, signal }: { host: ServiceHost; device: Device; threads: number; signal: AbortSignal },
): Promise<Tuning> {
  if (card.task !== 'transcribe') throw new AppError('WRONG_TASK', `the decoder of models that transcribe can be tuned, ${card.id} is for ${card.task}`, 'Choose a speech model.');
  const items = (await readSpeechData(folder, selection)).map(({ input, set, text }) => ({ input: path.resolve(input), set, text }));
  return host.serve({ service: 'tune', params: { model: files, device, threads, items } }, { signal });
}
