/**
 * Finds models on the disk: a folder with `card.json` and `model.safetensors`, bundled under models/bundled/<id>/ or anywhere by path, or a published
 * checkpoint, which is recognised by its weights unless a card stands beside it (model.pth, model.card.json).
 */
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseCard, type ModelCard } from '../../models/cards/card';
import { AppError, inFile } from '../contract/errors';
import type { Task } from '../contract/formats';
import type { ModelFiles } from '../contract/worker-messages';
import { packageRoot } from '../fs/package-root';
import { readError } from '../fs/system-errors';

export interface InstalledModel {
  card: ModelCard;
  files: ModelFiles;
}

/** Tasks without one run published checkpoints only. */
export const DEFAULT_MODELS: Partial<Record<Task, string>> = { segment: 'nuclei', transcribe: 'speech-en' };

export function bundledFolder(): string {
  return path.join(packageRoot(), 'models', 'bundled');
}

/** Ids of the bundled models, sorted. */
export async function bundledIds(): Promise<string[]> {
  const entries = await readdir(bundledFolder(), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && existsSync(path.join(bundledFolder(), entry.name, 'card.json'))).map((entry) => entry.name).sort();
}

/** `name`: a bundled id, the path of a model's folder or of a checkpoint. Throws AppError UNKNOWN_MODEL, FILE_NOT_FOUND, BAD_CARD, BAD_CHECKPOINT. */
export async function findModel(name: string): Promise<InstalledModel> {
  const isId = /^[\w.-]+$/.test(name) && existsSync(path.join(bundledFolder(), name));
  const folder = isId ? path.join(bundledFolder(), name) : path.resolve(name);
  if (!existsSync(folder)) {
    throw new AppError('UNKNOWN_MODEL', `There is no model, no folder and no file named ${name}`, `Known models: ${(await bundledIds()).join(', ')}.`);
  }
  return statSync(folder).isDirectory() ? loadModel(path.join(folder, 'card.json'), path.join(folder, 'model.safetensors')) : findCheckpoint(folder);
}

async function findCheckpoint(weights: string): Promise<InstalledModel> {
  const { dir, name } = path.parse(weights);
  const sidecar = path.join(dir, `${name}.card.json`);
  if (existsSync(sidecar)) return loadModel(sidecar, weights);
  const { recognizeFile } = await import('./recognize-file'); // most models have a card
  const id = idFrom(name);
  return { card: await recognizeFile(weights, id), files: { id, weights } };
}

/** A model's id made from the name of its file, without suffix. */
export function idFrom(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'checkpoint';
}

/** Throws AppError FILE_NOT_FOUND, BAD_CARD. */
export async function loadModel(cardFile: string, weights: string): Promise<InstalledModel> {
  const text = await readFile(cardFile, 'utf8').catch((error: unknown) => Promise.reject(readError(error, cardFile)));
  const card = inFile(cardFile, () => parseCard(parseJson(text, cardFile)));
  return { card, files: { id: card.id, card: cardFile, weights } };
}

/** The model named by the user, or the task's default. Throws WRONG_TASK when the named one does something else. */
export async function findModelFor(task: Task, name = DEFAULT_MODELS[task]): Promise<InstalledModel> {
  if (name === undefined) throw new AppError('UNKNOWN_MODEL', `No model for ${task} is bundled`, 'Name the file of a published checkpoint with --model.');
  return forTask(task, await findModel(name));
}

/** Throws WRONG_TASK where the model does something else. */
export function forTask(task: Task, model: InstalledModel): InstalledModel {
  if (model.card.task === task) return model;
  throw new AppError('WRONG_TASK', `Model ${model.card.id} is for ${model.card.task}, not for ${task}`, `Use the command ${model.card.task}, or another model.`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('BAD_CARD', `${file} is not JSON: ${(error as Error).message}`, 'Install the model again.');
  }
}
