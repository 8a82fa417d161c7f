/** PyTorch's archive since 1.6 (torch.save): <root>/data.pkl, <root>/byteorder, and <root>/data/<key> for each storage. */
import { badTorch, ByteReader } from './byte-reader';
import type { ByteSource } from './byte-source';
import { ELEMENT_TYPES } from './element-types';
import type { TorchFile } from './torch-file';
import { unpickle } from './unpickle';
import { ZipArchive } from './zip';

const PICKLE = 'data.pkl';
/** A checkpoint in the archive in which it was offered for download. */
const PACKED = /\.(pth|pt|pkl|ckpt|safetensors)$/i;
/** Some 300 bytes describe a tensor. */
const MAX_PICKLE_BYTES = 64 << 20;

export function readTorchZip(file: ByteSource): TorchFile {
  const archive = ZipArchive.open(file);
  const pickles = archive.names().filter((name) => name === PICKLE || name.endsWith(`/${PICKLE}`));
  const packed = archive.names().find((name) => PACKED.test(name));
  if (pickles.length === 0 && packed !== undefined) throw badTorch(`it is an archive around ${packed.slice(-100)}, which is to be unpacked and given itself`);
  if (pickles.length !== 1) throw badTorch(`the archive has ${pickles.length} entries ${PICKLE}, one was expected`);
  const root = pickles[0]!.slice(0, -PICKLE.length);
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

function refuseBigEndian(archive: ZipArchive, name: string): void {
  if (!archive.has(name)) return; // before PyTorch 2.1, which wrote little-endian
  const entry = archive.entry(name);
  const order = new TextDecoder().decode(entry.read(0, Math.min(16, entry.size))).trim();
  if (order !== 'little') throw badTorch(`its numbers are in the byte order ${JSON.stringify(order)}, little was expected: save it again on a little-endian machine`);
}
