/** A checkpoint file of any format that is read here, told by its first bytes. */
import { ModelError } from '../errors';
import { inMemory, type ByteSource } from './byte-source';
import { readSafetensors, type WeightMap } from './safetensors';
import { findStateDict, type PlainValue } from './state-dict';
import type { TorchFile } from './torch-file';
import { readTorchLegacy } from './torch-legacy';
import { toWeightTensor } from './torch-tensors';
import { readTorchZip } from './torch-zip';

export interface Checkpoint {
  format: 'safetensors' | TorchFile['format'];
  weights: WeightMap;
  /** where in the file the weights lie, '' at the top */
  wrapper: string;
  /** the plain values that were saved beside the weights */
  config: PlainValue;
}

/** Tensors are read when they are asked for, so the file must stay as it is. Throws ModelError BAD_CHECKPOINT. */
export function openCheckpoint(from: ByteSource | Uint8Array): Checkpoint {
  const file = from instanceof Uint8Array ? inMemory(from) : from;
  const start = file.read(0, Math.min(file.size, 9));
  // a header's length may begin with the bytes of the others, theirs never is one that fits
  if (isSafetensors(start) && headerEnd(start) <= file.size) return fromSafetensors(file);
  if (start[0] === 0x50 && start[1] === 0x4b) return fromTorch(readTorchZip(file)); // 'PK'
  if (start[0] === 0x80) return fromTorch(readTorchLegacy(file));
  if (isSafetensors(start)) return fromSafetensors(file);
  const first = [...start.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw new ModelError(
    'BAD_CHECKPOINT',
    `expected safetensors, a PyTorch archive or a PyTorch pickle, got a file of ${file.size} bytes that begins with ${first || 'nothing'}`,
    'Give the file with the weights (.safetensors, .pth, .pt, .pkl, .ckpt, .bin); download it again if it should be one.',
  );
}

const isSafetensors = (start: Uint8Array) => start[8] === 0x7b; // '{' behind the length

function headerEnd(start: Uint8Array): number {
  return 8 + Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
}

function fromSafetensors(file: ByteSource): Checkpoint {
  return { format: 'safetensors', weights: readSafetensors(file), wrapper: '', config: null };
}

function fromTorch(file: TorchFile): Checkpoint {
  const { tensors, wrapper, config } = findStateDict(file.object);
  const weights = new Map([...tensors].map(([name, tensor]) => [name, toWeightTensor(name, tensor, file)]));
  return { format: file.format, weights, wrapper, config };
}
