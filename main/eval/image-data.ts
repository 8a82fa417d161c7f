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

/** `labels`: each number but 0 is one instance. `regions`: each connected region of one value but 0 is. `classes`: a number is a class. */
export interface TruthFile {
  path: string;
  kind: 'labels' | 'regions' | 'classes';
}

type Wanted = 'instances' | 'classes';
const TRUTH_FOLDER: Record<Wanted, string> = { instances: 'instances', classes: 'masks' };

/**
 * Images with their instances, in either layout:
 * - `split.tsv` with columns id, split, the images in images/<id>.* and the truth in instances/<id>.png; `folder` is such a set or holds several;
 * - images in `folder` (or its images/), each with a mask of the same name: instances/<name>.png, masks/<name>.png, <name>_mask.png or, beside an
 *   image that is no PNG, <name>.png; splits and sets do not apply.
 * Where `wanted` is classes, the masks hold the class of each pixel, and masks/ takes the place of instances/.
 */
export async function readImageData(folder: string, selection: Selection, wanted: Wanted): Promise<ImageItem[]> {
  const sets = await setFolders(folder, wanted);
  if (sets.length === 0) return readPlainFolder(folder, wanted);
  const rows = (await Promise.all(sets.map(readSplit))).flat();
  return selectRows(rows, selection, folder).map(({ set, setFolder, id, names }) => {
    const name = names.find((candidate) => path.parse(candidate).name === id);
    const item = name && withTruth(set, path.join(setFolder, 'images'), name, wanted);
    if (!item) throw new AppError('BAD_INPUT', `${setFolder}: the image or the mask of ${id} is missing`, `Every id of split.tsv needs images/<id>.* and ${TRUTH_FOLDER[wanted]}/<id>.png.`);
    return item;
  });
}

/** `folder` itself, or the folders in it (or in its images/) that have a split.tsv and the truth. */
async function setFolders(folder: string, wanted: Wanted): Promise<string[]> {
  if (existsSync(path.join(folder, 'split.tsv'))) return [folder];
  for (const parent of [folder, path.join(folder, 'images')]) {
    const names = await readdir(parent).catch(() => []);
    const sets = names.map((name) => path.join(parent, name)).filter((set) => existsSync(path.join(set, 'split.tsv')) && existsSync(path.join(set, TRUTH_FOLDER[wanted])));
    if (sets.length > 0) return sets.sort();
  }
  return [];
}

async function readSplit(setFolder: string) {
  const names = await listFolder(path.join(setFolder, 'images'));
  const rows = await readTsv(path.join(setFolder, 'split.tsv'), ['id', 'split']);
  return rows.map((row) => ({ ...row, set: path.basename(path.resolve(setFolder)), setFolder, names }));
}

async function readPlainFolder(folder: string, wanted: Wanted): Promise<ImageItem[]> {
  const images = existsSync(path.join(folder, 'images')) ? path.join(folder, 'images') : folder;
  const set = path.basename(path.resolve(folder));
  const items = (await listFolder(images)).flatMap((name) => withTruth(set, images, name, wanted) ?? []);
  if (items.length > 0) return items;
  throw new AppError('BAD_USAGE', `${folder} holds neither a split.tsv nor images with masks of the same name`, 'See "mamba-studio eval --help" for the layouts.');
}

function withTruth(set: string, folder: string, file: string, wanted: Wanted): ImageItem | undefined {
  const { name, ext } = path.parse(file);
  const instances = [path.join(folder, 'instances', `${name}.png`), path.join(folder, '..', 'instances', `${name}.png`)];
  const masks = [
    path.join(folder, 'masks', `${name}.png`),
    path.join(folder, '..', 'masks', `${name}.png`),
    path.join(folder, `${name}_mask.png`),
    ...(ext.toLowerCase() === '.png' ? [] : [path.join(folder, `${name}.png`)]),
  ];
  const as = (paths: string[], kind: TruthFile['kind']): TruthFile[] => paths.map((file) => ({ path: file, kind }));
  const candidates = wanted === 'classes' ? as(masks, 'classes') : [...as(instances, 'labels'), ...as(masks, 'regions')];
  const truth = candidates.find((candidate) => existsSync(candidate.path));
  return truth && { set, input: path.join(folder, file), truth };
}

async function listFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => Promise.reject(readError(error, folder)));
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name).sort();
}
