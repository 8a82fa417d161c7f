import path from 'node:path';
import type { ModelCard } from '../../models/cards/card';
import { sidecarNames, withSidecar } from '../../models/cards/sidecar';
import { openCheckpoint } from '../../models/checkpoints/open-checkpoint';
import { recognize } from '../../models/checkpoints/recognize';
import { inFile } from '../contract/errors';
import { textBeside } from '../fs/beside';
import { openFileSource } from '../fs/file-source';

/** The card of a published checkpoint, with the names of its classes where a file beside it tells them. Throws AppError FILE_NOT_FOUND, BAD_CARD, BAD_CHECKPOINT. */
export async function recognizeFile(weights: string, id: string): Promise<ModelCard> {
  const names = await textBeside(weights, sidecarNames(path.parse(weights).name));
  const file = openFileSource(weights);
  try {
    const card = inFile(weights, () => recognize(openCheckpoint(file).weights, id));
    return names ? inFile(weights, () => withSidecar(card, names)) : card;
  } finally {
    file.close();
  }
}
