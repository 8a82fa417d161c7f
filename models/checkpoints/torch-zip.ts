/** PyTorch's archive since 1.6 (torch.save): <root>/data.pkl, <root>/byteorder, and <root>/data/<key> for each storage. */
import { badTorch, ByteReader } from './byte-reader';
import { ELEMENT_TYPES } from './element-types';
import type { TorchFile } from './torch-file';
import { unpickle } from './unpickle';
import type { ZipArchive } from './zip';

const PICKLE = 'data.pkl';
/** Some 300 bytes describe a tensor. */
const MAX_PICKLE_BYTES = 64 << 20;

/** Whether an archive is PyTorch's own, and none around a checkpoint. */
export function isTorchZip(archive: ZipArchive): boolean {
  return pickles(archive).length > 0;
}

/** Throws BAD_CHECKPOINT. */
export function readTorchZip(archive: ZipArchive): TorchFile {
  const found = pickles(archive);
  if (found.length !== 1) throw badTorch(`the archive has ${found.length} entries ${PICKLE}, one was expected`);
  const root = found[0]!.slice(0, -PICKLE.length);
  refuseBigEndian(archive, `${root}byteorder`);

  const pickle = archive.entry(root + PICKLE);
  if (pickle.size > MAX_PICKLE_BYTES) throw badTorch(`${PICKLE} of ${pickle.size} bytes, at most ${MAX_PICKLE_BYTES} are allowed`);

  return {
    format: 'torch-zip',
    object: unpickle(new ByteReader(pickle)),
    storage({ key, element, length }) {
      const data = archive.entry(`${root}data/${key}`);
      const expected = length * ELEMENT_TYPES[element].size;
      if (data.size !== expected) throw badTorch(`storage ${key} of ${length} ${element} needs ${expected} bytes, got ${data.size}`);
      return data;
    },
  };
}

function pickles(archive: ZipArchive): string[] {
  return archive.names().filter((name) => name === PICKLE || name.endsWith(`/${PICKLE}`));
}

function refuseBigEndian(archive: ZipArchive, name: string): void {
  if (!archive.has(name)) return; // before PyTorch 2.1, which wrote little-endian
  const entry = archive.entry(name);
  const order = new TextDecoder().decode(entry.read(0, Math.min(16, entry.size))).trim();
  if (order !== 'little') throw badTorch(`its numbers are in the byte order ${JSON.stringify(order)}, little was expected: save it again on a little-endian machine`);
}
