/** The architectures by the names that model cards use. */
import type { ModelCard } from '../cards/card';
import type { WeightMap } from '../checkpoints/safetensors';
import type { Lowering } from '../graph/lowering/model-graph';
import type { BuiltModel } from './built-model';
import { buildMambaCtc } from './mamba-ctc';
import { buildMambaUnet } from './mamba-unet';

export type { BuiltModel, PortSpec } from './built-model';
export type { Lowering, StatePort } from '../graph/lowering/model-graph';

const ARCHITECTURES = { 'mamba-ctc': buildMambaCtc, 'mamba-unet': buildMambaUnet };

/** Turns named weights into a graph that a session can open. Throws ModelError BAD_WEIGHTS. */
export function buildModel(card: ModelCard, weights: WeightMap, lowering: Lowering): BuiltModel {
  return ARCHITECTURES[card.architecture](weights, lowering);
}
