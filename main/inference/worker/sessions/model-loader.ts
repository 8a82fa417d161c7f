import { readFile, stat } from 'node:fs/promises';
import { buildModel } from '../../../../models/architectures';
import { parseCard } from '../../../../models/cards/card';
import type { ByteSource } from '../../../../models/checkpoints/byte-source';
import { openCheckpoint } from '../../../../models/checkpoints/open-checkpoint';
import type { WeightMap } from '../../../../models/checkpoints/safetensors';
import { inFile } from '../../../contract/errors';
import type { Device } from '../../../contract/job';
import type { ModelFiles } from '../../../contract/worker-messages';
import { openFileSource } from '../../../fs/file-source';
import { readError } from '../../../fs/system-errors';
import type { LoadedModel } from '../pipeline/context';
import { openModel } from './open-model';
import { openLanguage } from './open-language';
import { planSession } from './open-session';
import { recognized } from './recognized';

const KEPT_SESSIONS = 2;

/** Opens models and keeps the latest few, so that the second file of a list starts at once. A model whose files change is read again. */
export class ModelLoader {
  private readonly loaded = new Map<string, Promise<LoadedModel>>(); // oldest use first

  constructor(private readonly notice: (message: string) => void) {}

  /** Throws AppError or ModelError BAD_CARD, BAD_CHECKPOINT, BAD_WEIGHTS, FILE_NOT_FOUND, NATIVE_FAILED. */
  async load(files: ModelFiles, { device, threads }: { device: Device; threads: number }): Promise<LoadedModel> {
    const key = JSON.stringify([files.card && (await stamp(files.card)), await stamp(files.weights), device, threads]);
    const model = this.loaded.get(key) ?? this.open(files, device, threads);
    this.loaded.delete(key);
    this.loaded.set(key, model);
    model.catch(() => this.loaded.delete(key));
    for (const [oldest, old] of this.loaded) {
      if (this.loaded.size <= KEPT_SESSIONS) break;
      void old.then(({ session }) => session.dispose(), () => undefined);
      this.loaded.delete(oldest);
    }
    return model;
  }

  private async open(files: ModelFiles, device: Device, threads: number): Promise<LoadedModel> {
    const file = openFileSource(files.weights);
    try {
      const weights = openWeights(file, files.weights);
      const card = files.card ? parseCard(JSON.parse(await readFile(files.card, 'utf8'))) : await recognized(weights, files.id, files.weights);
      const plan = planSession(device, this.notice);
      const { onnx, ...built } = buildModel(card, weights, plan.lowering);
      const language = files.card && (await openLanguage(card, files.card));
      // the runs of a stream are too short to share
      return { card, built, session: await openModel(onnx, (model) => plan.open(model, built.stream ? threads || 1 : threads, built.stream ? 'few' : built.large ? 'large' : 'many')), device: plan.device, ...(language && { language }) };
    } finally {
      file.close();
    }
  }
}

/** `file`: for the error. */
export function openWeights(source: ByteSource, file: string): WeightMap {
  return inFile(file, () => openCheckpoint(source).weights, 'Install the model again.');
}

async function stamp(file: string): Promise<[string, number, number]> {
  const info = await stat(file).catch((error: unknown) => Promise.reject(readError(error, file)));
  return [file, info.size, info.mtimeMs];
}
