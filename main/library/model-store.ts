import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { parseCard, type ModelCard } from '../../models/cards/card';
import { AppError } from '../contract/errors';
import { writeError } from '../fs/system-errors';
import { loadModel, type InstalledModel } from './bundled';

const ORIGIN = 'origin.json';
const A_DAY_MS = 24 * 3600 * 1000;

/** Where an installed model came from. */
const origin = z.object({
  weights: z.string().regex(/^model\.?[\w]*$/), // file name
  sha256: z.string(), // of the weights
  source: z.string(), // file name or page
  catalogue: z.string().nullable(), // id
});
export type Origin = z.infer<typeof origin>;

export interface StoredModel extends InstalledModel {
  origin: Origin;
}

/** The user's own models, a folder each: card.json, the weights, and where they came from. A folder appears and goes by a rename, so it is whole or not there. */
export class ModelStore {
  constructor(private readonly folder: string) {}

  /** Sorted by id. A folder that is damaged is left out: `warn` hears of it. */
  async list(warn: (message: string) => void = () => undefined): Promise<StoredModel[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : Promise.reject(error)));
    const models: StoredModel[] = [];
    for (const name of names.filter((name) => !name.startsWith('.')).sort()) {
      try {
        models.push(await this.read(name));
      } catch (error) {
        warn(`The model in ${path.join(this.folder, name)} cannot be used: ${(error as Error).message}`);
      }
    }
    return models;
  }

  async has(id: string): Promise<boolean> {
    return /^[a-z0-9][a-z0-9-]*$/.test(id) && stat(path.join(this.folder, id)).then(() => true, () => false);
  }

  /** Throws UNKNOWN_MODEL, BAD_CARD, FILE_NOT_FOUND. */
  async find(id: string): Promise<StoredModel> {
    if (!(await this.has(id))) throw new AppError('UNKNOWN_MODEL', `No model ${id} is installed`, 'Import it or install it from the catalogue.');
    return this.read(id);
  }

  /** `fill` writes card and weights to a folder that it makes and tells what it wrote; the model then stands under `card.id`. */
  async add(fill: (staged: string) => Promise<{ card: ModelCard; origin: Origin }>): Promise<StoredModel> {
    const staged = path.join(this.folder, `.${randomUUID()}`);
    try {
      await mkdir(this.folder, { recursive: true });
      await this.sweep();
      const { card, origin } = await fill(staged);
      await writeFile(path.join(staged, 'card.json'), `${JSON.stringify(card, null, 2)}\n`, { flush: true });
      await writeFile(path.join(staged, ORIGIN), `${JSON.stringify(origin, null, 2)}\n`, { flush: true });
      await rename(staged, path.join(this.folder, card.id));
      return await this.read(card.id);
    } catch (error) {
      await rm(staged, { recursive: true, force: true });
      throw writeError(error, this.folder);
    }
  }

  /** A job that has it open goes on with it. Throws UNKNOWN_MODEL. */
  async remove(id: string): Promise<void> {
    if (!(await this.has(id))) throw new AppError('UNKNOWN_MODEL', `No model ${id} is installed`);
    const leaving = path.join(this.folder, `.${randomUUID()}`);
    await rename(path.join(this.folder, id), leaving).catch((error: unknown) => Promise.reject(writeError(error, path.join(this.folder, id))));
    await rm(leaving, { recursive: true, force: true }).catch(() => undefined); // Windows keeps what a job has open: it is swept later
  }

  /** What a crash left half done, or Windows kept, long ago. */
  private async sweep(): Promise<void> {
    for (const name of (await readdir(this.folder)).filter((name) => name.startsWith('.'))) {
      const { mtimeMs } = await stat(path.join(this.folder, name));
      if (Date.now() - mtimeMs > A_DAY_MS) await rm(path.join(this.folder, name), { recursive: true, force: true });
    }
  }

  private async read(id: string): Promise<StoredModel> {
    const folder = path.join(this.folder, id);
    const known = origin.parse(JSON.parse(await readFile(path.join(folder, ORIGIN), 'utf8')));
    const model = await loadModel(path.join(folder, 'card.json'), path.join(folder, known.weights));
    return { ...model, origin: known };
  }
}

/** The card that a child wrote. */
export async function readStagedCard(staged: string): Promise<ModelCard> {
  return parseCard(JSON.parse(await readFile(path.join(staged, 'card.json'), 'utf8')));
}
