import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../contract/errors';
import type { Task } from '../contract/formats';
import { defaultDataFolder } from '../fs/data-folder';
import { bundledIds, DEFAULT_MODELS, findModel, findModelFor, forTask, type InstalledModel } from './bundled';
import { ModelStore } from './model-store';

/** As `findModel` for the command line, where a name may also be a path; installed models go before files of the same name, behind bundled ones. */
export async function findAnyModel(name: string, dataDir = defaultDataFolder()): Promise<InstalledModel> {
  const store = new ModelStore(path.join(dataDir, 'models'));
  if (!(await bundledIds()).includes(name) && (await store.has(name))) return store.find(name);
  if (existsSync(name) || (await bundledIds()).includes(name)) return findModel(name);
  const known = [...(await bundledIds()), ...(await store.list()).map(({ card }) => card.id)];
  throw new AppError('UNKNOWN_MODEL', `There is no model, no folder and no file named ${name}`, `Known models: ${known.join(', ')}.`);
}

/** The named model, or the task's bundled one. Throws as `findModelFor`. */
export async function findAnyModelFor(task: Task, name = DEFAULT_MODELS[task], dataDir?: string): Promise<InstalledModel> {
  if (name === undefined) return findModelFor(task);
  return forTask(task, await findAnyModel(name, dataDir));
}
