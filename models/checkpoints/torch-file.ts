import type { ByteSource } from './byte-source';
import type { PickleValue, Storage } from './pickle-values';

/** An opened PyTorch file: the saved object, and the memory of its storages. */
export interface TorchFile {
  format: 'torch-zip' | 'torch-legacy';
  object: PickleValue;
  /** The little-endian bytes of a storage, exactly as many as its length says. Throws BAD_CHECKPOINT. */
  storage(storage: Storage): ByteSource;
}
