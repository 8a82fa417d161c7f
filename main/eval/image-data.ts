import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../contract/errors';
import { readError } from '../fs/system-errors';
import { selectRows, type Selection } from './select';
import { readTsv } from './tsv';

export interface ImageItem {
  set: string;
  input: string;
  truth: TruthFile;
}

/** `labels`: each number but 0 is one instance. `regions`: each connected region of one value but 0 is. */
export interface TruthFile {
  path: string;
  kind: 'labels' | 'regions';
}

/**
 * Images with their instances, in either layout:
 * - `split.tsv` with columns id, split, the images in images/<id>.* and the truth in instances/<id>.png; `folder` is such a set or holds several;
 * - images in `folder` (or its images/), each with a mask of the same name: instances/<name>.png, masks/<name>.png, <name>_mask.png or, beside an
 *   image that is no PNG, <name>.png; splits and sets do not apply.
 */
export async function readImageData(folder: string, selection: Selection): Promise<ImageItem[]> {
  const sets = await setFolders(folder);
  if (sets.length === 0) return readPlainFolder(folder);
  const rows = (await Promise.all(sets.map(readSplit))).flat();
  return selectRows(rows, selection, folder).map(({ set, setFolder, id, names }) => {
    const name = names.find((candidate) => path.parse(candidate).name === id);
    const item = name && withTruth(set, path.join(setFolder, 'images'), name);
    if (!item) throw new AppError('BAD_INPUT', `${setFolder}: the image or the mask of ${id} is missing`, 'Every id of split.tsv needs images/<id>.* and instances/<id>.png.');
    return item;
  });
}

/** `folder` itself, or the folders in it (or in its images/) that have a split.tsv and instances. */
async function setFolders(folder: string): Promise<string[]> {
  if (existsSync(path.join(folder, 'split.tsv'))) return [folder];
  for (const parent of [folder, path.join(folder, 'images')]) {
    const names = await readdir(parent).catch(() => []);
    const sets = names.map((name) => path.join(parent, name)).filter((set) => existsSync(path.join(set, 'split.tsv')) && existsSync(path.join(set, 'instances')));
    if (sets.length > 0) return sets.sort();
  }
  return [];
}

async function readSplit(setFolder: string) {
  const names = await listFolder(path.join(setFolder, 'images'));
  const rows = await readTsv(path.join(setFolder, 'split.tsv'), ['id', 'split']);
  return rows.map((row) => ({ ...row, set: path.basename(path.resolve(setFolder)), setFolder, names }));
}

async function readPlainFolder(folder: string): Promise<ImageItem[]> {
  const images = existsSync(path.join(folder, 'images')) ? path.join(folder, 'images') : folder;
  const set = path.basename(path.resolve(folder));
  const items = (await listFolder(images)).flatMap((name) => withTruth(set, images, name) ?? []);
  if (items.length > 0) return items;
  throw new AppError('BAD_USAGE', `${folder} holds neither a split.tsv nor images with masks of the same name`, 'See "mamba-studio eval --help" for the layouts.');
}

function withTruth(set: string, folder: string, file: string): ImageItem | undefined {
  const { name, ext } = path.parse(file);
  const candidates: TruthFile[] = [
    { path: path.join(folder, 'instances', `${name}.png`), kind: 'labels' },
    { path: path.join(folder, '..', 'instances', `${name}.png`), kind: 'labels' },
    { path: path.join(folder, 'masks', `${name}.png`), kind: 'regions' },
    { path: path.join(folder, '..', 'masks', `${name}.png`), kind: 'regions' },
    { path: path.join(folder, `${name}_mask.png`), kind: 'regions' },
    ...(ext.toLowerCase() === '.png' ? [] : [{ path: path.join(folder, `${name}.png`), kind: 'regions' as const }]),
  ];
  const truth = candidates.find((candidate) => existsSync(candidate.path));
  return truth && { set, input: path.join(folder, file), truth };
}

async function listFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => Promise.reject(readError(error, folder)));
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name).sort();
}
