/** NumPy's .npz: a ZIP archive of .npy arrays, here float32. */
import { inMemory } from '../../models/checkpoints/byte-source';
import { ZipArchive } from '../../models/checkpoints/zip';

export function readNpz(bytes: Uint8Array): Record<string, { shape: number[]; data: Float32Array }> {
  const archive = ZipArchive.open(inMemory(bytes));
  return Object.fromEntries(archive.names().map((name) => [name.replace(/\.npy$/, ''), readNpy(archive.read(name))]));
}

function readNpy(file: Uint8Array): { shape: number[]; data: Float32Array } {
  const headerBytes = file[8]! + 256 * file[9]!;
  const header = new TextDecoder().decode(file.subarray(10, 10 + headerBytes));
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1]?.split(',').filter((size) => size.trim()).map(Number);
  if (!shape || !header.includes("'<f4'")) throw new Error(`an array of another kind: ${header}`);
  const data = new Float32Array(file.slice(10 + headerBytes).buffer);
  return { shape, data: header.includes("'fortran_order': True") ? rowMajor(data, shape) : data };
}

/** From the order in which the first index runs fastest. */
function rowMajor(data: Float32Array, shape: readonly number[]): Float32Array {
  return data.map((_, i) => {
    let [rest, position] = [i, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (rest % shape[axis]!) * shape.slice(0, axis).reduce((product, dim) => product * dim, 1);
      rest = Math.floor(rest / shape[axis]!);
    }
    return data[position]!;
  });
}
