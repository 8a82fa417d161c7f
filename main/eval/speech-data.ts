import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../contract/errors';
import { readError } from '../fs/system-errors';
import { selectRows, type Selection } from './select';
import { readTsv } from './tsv';

export interface SpeechItem {
  set: string;
  input: string;
  text: string; // what was said
}

/**
 * Recordings with their texts, in either layout:
 * - `manifest.tsv` with columns set, split, utt, text, and the audio at <set>/<utt>.opus (in `folder` or its subfolder speech/);
 * - any audio files, each with a .txt of the same name beside it; splits and sets do not apply.
 */
export async function readSpeechData(folder: string, selection: Selection): Promise<SpeechItem[]> {
  const root = [folder, path.join(folder, 'speech')].find((candidate) => existsSync(path.join(candidate, 'manifest.tsv')));
  if (root === undefined) return readPlainFolder(folder);
  const manifest = path.join(root, 'manifest.tsv');
  const rows = await readTsv(manifest, ['set', 'split', 'utt', 'text']);
  return selectRows(rows, selection, manifest).map(({ set, utt, text }) => ({ set, text, input: path.join(root, set, `${utt}.opus`) }));
}

async function readPlainFolder(folder: string): Promise<SpeechItem[]> {
  const names = (await readdir(folder).catch((error: unknown) => Promise.reject(readError(error, folder)))).sort();
  const texts = new Set(names.filter((name) => name.endsWith('.txt')));
  const recordings = names.filter((name) => !name.endsWith('.txt') && texts.has(`${path.parse(name).name}.txt`));
  if (recordings.length === 0) {
    throw new AppError('BAD_USAGE', `${folder} holds neither a manifest.tsv nor recordings with a .txt of the same name`, 'See "mamba-studio eval --help" for the layouts.');
  }
  return Promise.all(
    recordings.map(async (name) => ({
      set: path.basename(path.resolve(folder)),
      input: path.join(folder, name),
      text: await readFile(path.join(folder, `${path.parse(name).name}.txt`), 'utf8'),
    })),
  );
}
