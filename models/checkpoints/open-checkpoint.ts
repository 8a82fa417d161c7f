/** A checkpoint file of any format that is read here, told by its first bytes. */
import { ModelError } from '../errors';
import { badTorch } from './byte-reader';
import { inMemory, type ByteSource } from './byte-source';
import { readSafetensors, type WeightMap } from './safetensors';
import { findStateDict, type PlainValue } from './state-dict';
import type { TorchFile } from './torch-file';
import { readTorchLegacy } from './torch-legacy';
import { toWeightTensor } from './torch-tensors';
import { isTorchZip, readTorchZip } from './torch-zip';
import { ZipArchive } from './zip';

export interface Checkpoint {
  format: 'safetensors' | TorchFile['format'];
  weights: WeightMap;
  /** where in the file the weights lie, '' at the top */
  wrapper: string;
  /** the plain values that were saved beside the weights */
  config: PlainValue;
}

/** A checkpoint in the archive in which its authors offer it. */
const PACKED = /(^|\/)[^./][^/]*\.(pth|pt|pkl|ckpt|bin|tar|safetensors)$/i;
const MAX_SHOWN = 4;

/** Tensors are read when they are asked for, so the file must stay as it is. Throws ModelError BAD_CHECKPOINT. */
export function openCheckpoint(from: ByteSource | Uint8Array): Checkpoint {
  return read(from instanceof Uint8Array ? inMemory(from) : from, fromZip);
}

function read(file: ByteSource, zip: (file: ByteSource) => Checkpoint): Checkpoint {
  const start = file.read(0, Math.min(file.size, 9));
  // a header's length may begin with the bytes of the others, theirs never is one that fits
  if (isSafetensors(start) && headerEnd(start) <= file.size) return fromSafetensors(file);
  if (start[0] === 0x50 && start[1] === 0x4b) return zip(file); // 'PK'
  if (start[0] === 0x80) return fromTorch(readTorchLegacy(file));
  if (isSafetensors(start)) return fromSafetensors(file);
  const first = [...start.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw new ModelError(
    'BAD_CHECKPOINT',
    `expected safetensors, a PyTorch archive or a PyTorch pickle, got a file of ${file.size === 1 ? '1 byte' : `${file.size} bytes`} that begins with ${first || 'nothing'}`,
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

/** PyTorch's own archive, or one around a single checkpoint. */
function fromZip(file: ByteSource): Checkpoint {
  const archive = ZipArchive.open(file);
  const packed = isTorchZip(archive) ? [] : archive.names().filter((name) => PACKED.test(name));
  if (packed.length > 1) throw badTorch(`an archive around ${packed.length} checkpoints, ${packed.slice(0, MAX_SHOWN).map((name) => name.slice(-100)).join(', ')}`, 'Unpack it and give one of them.');
  const [only] = packed;
  return only === undefined ? fromTorch(readTorchZip(archive)) : read(archive.entry(only), fromPackedZip);
}

/** PyTorch stores without compressing: what would grow once more is a bomb. */
const fromPackedZip = (file: ByteSource) => fromTorch(readTorchZip(ZipArchive.open(file, 0)));

function fromTorch(file: TorchFile): Checkpoint {
  const { tensors, wrapper, config } = findStateDict(file.object);
  const weights = new Map([...tensors].map(([name, tensor]) => [name, toWeightTensor(name, tensor, file)]));
  return { format: file.format, weights, wrapper, config };
}
