/** PyTorch's archive since 1.6 (torch.save): <root>/data.pkl, <root>/byteorder, and <root>/data/<key> for each storage. */
import { badTorch, ByteReader } from './byte-reader';
import { ELEMENT_TYPES } from './element-types';
import type { TorchFile } from './torch-file';
import { unpickle } from './unpickle';
import { ZipArchive } from './zip';

const PICKLE = 'data.pkl';
const MAX_PICKLE_BYTES = 256 << 20;

export function readTorchZip(bytes: Uint8Array): TorchFile {
  const archive = ZipArchive.open(bytes);
  const pickles = archive.names().filter((name) => name === PICKLE || name.endsWith(`/${PICKLE}`));
  if (pickles.length !== 1) throw badTorch(`the archive has ${pickles.length} entries ${PICKLE}, one was expected`);
  const root = pickles[0]!.slice(0, -PICKLE.length);
  refuseBigEndian(archive, `${root}byteorder`);

  const pickle = archive.read(root + PICKLE);
  if (pickle.length > MAX_PICKLE_BYTES) throw badTorch(`${PICKLE} of ${pickle.length} bytes, at most ${MAX_PICKLE_BYTES} are allowed`);
  const object = unpickle(new ByteReader(pickle));
  const inflated = new Map<string, Uint8Array>(); // tensors that share a storage share its memory

  return {
    format: 'torch-zip',
    object,
    storage({ key, element, length }) {
      const data = inflated.get(key) ?? archive.read(`${root}data/${key}`);
      inflated.set(key, data);
      const expected = length * ELEMENT_TYPES[element].size;
      if (data.length !== expected) throw badTorch(`storage ${key} of ${length} ${element} needs ${expected} bytes, got ${data.length}`);
      return data;
    },
  };
}

function refuseBigEndian(archive: ZipArchive, name: string): void {
  if (!archive.has(name)) return; // before PyTorch 2.1, which wrote little-endian
  const order = new TextDecoder().decode(archive.read(name).subarray(0, 16)).trim();
  if (order !== 'little') throw badTorch(`its numbers are in the byte order ${JSON.stringify(order)}, little was expected: save it again on a little-endian machine`);
}
