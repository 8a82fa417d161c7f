/** The architectures by the names that model cards use. */
import { LABEL_SETS, type Architecture, type ModelCard } from '../cards/card';
import type { WeightMap } from '../checkpoints/safetensors';
import { ModelError } from '../errors';
import type { Lowering } from '../graph/lowering/model-graph';
import type { Dim } from '../graph/onnx-proto';
import type { BuiltModel } from './built-model';
import { buildATENNuate } from './atennuate';
import { buildAudioMamba } from './audio-mamba';
import { buildCleanUMamba } from './clean-u-mamba';
import { buildDvmsr } from './dvmsr';
import { buildLocalVim } from './local-vim';
import { buildMambaCtc } from './mamba-ctc';
import { buildMambaUnet } from './mamba-unet';
import { buildPfvm } from './pfvm';
import { buildMambaVision, buildMambaVisionUperNet } from './mamba-vision';
import { buildVMamba, buildVMambaUperNet } from './vmamba';
import { buildS4Classifier } from './s4-classifier';
import { buildSEMamba } from './se-mamba';
import { buildSPMamba } from './sp-mamba';
import { buildSwinUMamba } from './swin-u-mamba';
import { buildUMamba } from './u-mamba';
import { buildUltraLightVmUnet } from './ultralight-vm-unet';
import { buildVim, buildVimUperNet } from './vim';
import { buildVmUnet } from './vm-unet';

export type { BuiltModel, PortSpec, StreamLayout, WindowLayout } from './built-model';
export type { Lowering, StatePort } from '../graph/lowering/model-graph';

interface Entry {
  /** `side`: the longest that pictures are expected to have, where that is known */
  build(weights: WeightMap, lowering: Lowering, side?: number): BuiltModel;
  /** axis of the output whose size the card tells too */
  channelAxis?: number;
}

const ARCHITECTURES: Record<Architecture, Entry> = {
  'mamba-ctc': { build: buildMambaCtc, channelAxis: 2 }, // logprobs [1, frames, letters], phones [1, frames, phones]
  'mamba-unet': { build: buildMambaUnet, channelAxis: 1 }, // maps [B, maps, H, W]
  'clean-u-mamba': { build: buildCleanUMamba },
  atennuate: { build: buildATENNuate },
  'se-mamba': { build: buildSEMamba },
  'sp-mamba': { build: buildSPMamba },
  dvmsr: { build: buildDvmsr },
  pfvm: { build: buildPfvm },
  vim: { build: buildVim, channelAxis: 1 }, // logits [B, classes]
  'mamba-vision': { build: buildMambaVision, channelAxis: 1 },
  vmamba: { build: buildVMamba, channelAxis: 1 },
  'local-vim': { build: buildLocalVim, channelAxis: 1 },
  'mamba-vision-upernet': { build: buildMambaVisionUperNet, channelAxis: 1 },
  'vmamba-upernet': { build: buildVMambaUperNet, channelAxis: 1 }, // logits [B, classes, h, w]
  'vim-upernet': { build: buildVimUperNet, channelAxis: 1 },
  'vm-unet': { build: buildVmUnet, channelAxis: 1 },
  'ultralight-vm-unet': { build: buildUltraLightVmUnet, channelAxis: 1 },
  'u-mamba': { build: buildUMamba, channelAxis: 1 },
  'swin-u-mamba': { build: buildSwinUMamba, channelAxis: 1 },
  'audio-mamba': { build: buildAudioMamba, channelAxis: 1 },
  's4-classifier': { build: buildS4Classifier, channelAxis: 1 },
};

/** Turns named weights into a graph that a session can open; `side` as above, by default that of the card's tiles. Throws ModelError BAD_WEIGHTS, and BAD_CARD where the card tells of other outputs. */
export function buildModel(card: ModelCard, weights: WeightMap, lowering: Lowering, side = card.image?.tile): BuiltModel {
  const { build, channelAxis } = ARCHITECTURES[card.architecture];
  const model = build(weights, lowering, side);
  if (channelAxis === undefined) return model;
  const outputs = card.transcribe?.vocabulary.length ?? (card.segment?.kind === 'semantic' ? card.segment.classes : card.segment?.maps)?.length ?? classCount(card);
  checkSize(card, 'outputs', outputs, model.outputs[0]!.dims[channelAxis]);
  if (card.transcribe?.phones) checkSize(card, 'phones', card.transcribe.phones.length, model.outputs[1]?.dims[channelAxis] ?? 0);
  return model;
}

function checkSize({ id }: ModelCard, what: string, told: number | undefined, given: Dim | undefined): void {
  if (told === given) return;
  throw new ModelError('BAD_CARD', `the card of ${id} names ${told} ${what}, the weights have ${given}`, 'Use the card and the weights that were published together.');
}

function classCount({ classify }: ModelCard): number | undefined {
  return typeof classify?.labels === 'string' ? LABEL_SETS[classify.labels] : classify?.labels.length;
}
