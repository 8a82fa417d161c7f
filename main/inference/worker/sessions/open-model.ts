import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { OnnxModel } from '../../../../models/graph/onnx-model';
import { writeError } from '../../../fs/system-errors';
import type { ModelSession } from '../pipeline/context';

/** A ModelProto with its weights is in memory three times while ONNX Runtime reads it, and cannot have more than 2 GB. */
const LARGE_BYTES = 256 << 20;
const WEIGHTS = 'weights';
const PREFIX = 'mamba-studio-model-';
const A_DAY_MS = 24 * 3600 * 1000;

/** Opens a model. The weights of a large one go to a file for as long as it is open, which ONNX Runtime maps into memory. Errors: DISK_FULL, NATIVE_FAILED. */
export async function openModel(onnx: OnnxModel, open: (model: Uint8Array | string) => Promise<ModelSession>, largeBytes = LARGE_BYTES): Promise<ModelSession> {
  if (onnx.weightBytes <= largeBytes) return open(onnx.toBytes());
  await sweep();
  const folder = await mkdtemp(path.join(temporaryFolder(), PREFIX)).catch((error: unknown) => Promise.reject(writeError(error, temporaryFolder())));
  const clear = () => rm(folder, { recursive: true, force: true });
  try {
    const model = path.join(folder, 'model.onnx');
    await writeFile(model, writeWeights(onnx, path.join(folder, WEIGHTS)));
    const session = await open(model);
    const cleared = await clear().then(() => true, () => false); // Windows keeps a file that is mapped
    return cleared ? session : { run: (feeds, options) => session.run(feeds, options), dispose: () => (session.dispose(), void clear().catch(() => undefined)) };
  } catch (error) {
    await clear().catch(() => undefined);
    throw error;
  }
}

function writeWeights(onnx: OnnxModel, file: string): Uint8Array {
  const descriptor = openSync(file, 'wx');
  const write = (piece: Uint8Array) => {
    try {
      for (let written = 0; written < piece.length; ) written += writeSync(descriptor, piece, written);
    } catch (error) {
      throw writeError(error, file);
    }
  };
  try {
    return onnx.toBytesBeside(WEIGHTS, write);
  } finally {
    closeSync(descriptor);
  }
}

/** On the disk: on Linux /tmp often lies in memory. */
function temporaryFolder(): string {
  return process.env.TMPDIR === undefined && process.platform === 'linux' && existsSync('/var/tmp') ? '/var/tmp' : os.tmpdir();
}

/** What a killed process left. */
async function sweep(): Promise<void> {
  for (const name of await readdir(temporaryFolder()).catch(() => [])) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = path.join(temporaryFolder(), name);
    const age = await stat(folder).then(({ mtimeMs }) => Date.now() - mtimeMs, () => 0);
    if (age > A_DAY_MS) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
