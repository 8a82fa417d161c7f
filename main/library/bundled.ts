/** Finds models on the disk: a folder with `card.json` and `model.safetensors`, bundled under models/bundled/<id>/ or anywhere by path. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseCard, type ModelCard } from '../../models/cards/card';
import { ModelError } from '../../models/errors';
import { AppError } from '../contract/errors';
import type { Task } from '../contract/formats';
import type { ModelFiles } from '../contract/worker-messages';
import { packageRoot } from '../fs/package-root';
import { readError } from '../fs/system-errors';

export interface InstalledModel {
  card: ModelCard;
  files: ModelFiles;
}

export const DEFAULT_MODELS: Record<Task, string> = { segment: 'nuclei', transcribe: 'speech-en' };

export function bundledFolder(): string {
  return path.join(packageRoot(), 'models', 'bundled');
}

/** Ids of the bundled models, sorted. */
export async function bundledIds(): Promise<string[]> {
  const entries = await readdir(bundledFolder(), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && existsSync(path.join(bundledFolder(), entry.name, 'card.json'))).map((entry) => entry.name).sort();
}

/** `name`: a bundled id, or the path of a model's folder. Throws AppError UNKNOWN_MODEL, FILE_NOT_FOUND, BAD_CARD. */
export async function findModel(name: string): Promise<InstalledModel> {
  const isId = /^[\w.-]+$/.test(name) && existsSync(path.join(bundledFolder(), name));
  const folder = isId ? path.join(bundledFolder(), name) : path.resolve(name);
  if (!existsSync(folder)) {
    throw new AppError('UNKNOWN_MODEL', `There is no model and no folder named ${name}`, `Known models: ${(await bundledIds()).join(', ')}.`);
  }
  const cardFile = path.join(folder, 'card.json');
  const card = readCard(await readFile(cardFile, 'utf8').catch((error: unknown) => Promise.reject(readError(error, cardFile))), cardFile);
  return { card, files: { id: card.id, card: cardFile, weights: path.join(folder, 'model.safetensors') } };
}

/** The model named by the user, or the task's default. Throws WRONG_TASK when the named one does something else. */
export async function findModelFor(task: Task, name: string = DEFAULT_MODELS[task]): Promise<InstalledModel> {
  const model = await findModel(name);
  if (model.card.task !== task) {
    throw new AppError('WRONG_TASK', `Model ${model.card.id} is for ${model.card.task}, not for ${task}`, `Use the command ${model.card.task}, or another model.`);
  }
  return model;
}

function readCard(text: string, file: string): ModelCard {
  try {
    return parseCard(JSON.parse(text));
  } catch (error) {
    if (error instanceof ModelError) throw new AppError(error.code, `${file}: ${error.message}`, error.hint);
    throw new AppError('BAD_CARD', `${file} is not JSON: ${(error as Error).message}`, 'Install the model again.');
  }
}
