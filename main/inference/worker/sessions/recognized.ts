import type { ModelCard } from '../../../../models/cards/card';
import { sidecarNames, withSidecar } from '../../../../models/cards/sidecar';
import { recognize } from '../../../../models/checkpoints/recognize';
import type { WeightMap } from '../../../../models/checkpoints/safetensors';
import { textBeside } from '../../../fs/beside';
import path from 'node:path';

/** The card of the checkpoint `file`, with the names of its classes where a file beside it tells them. Throws BAD_CHECKPOINT, BAD_CARD. */
export async function recognized(weights: WeightMap, id: string, file: string): Promise<ModelCard> {
  const card = recognize(weights, id);
  const names = await textBeside(file, sidecarNames(path.parse(file).name));
  return names ? withSidecar(card, names) : card;
}
