import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Handlers } from '../../contract/api';
import { AppError } from '../../contract/errors';
import type { FolderEntry } from '../../contract/media';
import type { Grants } from '../../fs/grants';
import { kindByName } from '../../desk/media-kind';
import { compareNames } from '../../desk/walk-folder';
import { readError } from '../../fs/system-errors';
import { noDialog } from './files';
import type { Services } from './services';

const SHOWN_ENTRIES = 10_000;

export function folderHandlers({ grants, shell }: Services): Pick<Handlers, 'folders.pick' | 'folders.list'> {
  return {
    'folders.pick': async () => {
      if (!shell.pickFolder) throw noDialog();
      return { path: await shell.pickFolder() };
    },
    'folders.list': ({ path: folder }) => (folder === null ? listRoots(grants) : listFolder(grants, folder)),
  };
}

async function listRoots(grants: Grants) {
  const roots = grants.roots === 'all' ? [homedir(), path.parse(homedir()).root] : grants.roots;
  const folders = await Promise.all(roots.map(async (root) => ((await stat(root).catch(() => undefined))?.isDirectory() ? root : undefined)));
  const entries: FolderEntry[] = folders.filter((root) => root !== undefined).map((root) => ({ name: path.basename(root) || root, path: root, kind: 'folder' }));
  return { path: null, parent: null, entries };
}

/** Folders first, then the files that can be opened, by their names; hidden ones and those outside the grants are left out. */
async function listFolder(grants: Grants, wanted: string) {
  const folder = await grants.check(wanted);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') throw new AppError('NOT_A_FILE', `${wanted} is a file, not a folder`, 'Open it instead.');
    throw readError(error, wanted);
  });
  const shown = names.filter((name) => !name.startsWith('.')).sort(compareNames).slice(0, SHOWN_ENTRIES);
  const found = await Promise.all(shown.map((name) => entryOf(grants, path.join(folder, name), name)));
  const entries = found.filter((entry) => entry !== undefined);
  const isRoot = path.dirname(folder) === folder || (grants.roots !== 'all' && grants.roots.includes(folder));
  return { path: folder, parent: isRoot ? null : path.dirname(folder), entries: [...entries.filter(isFolder), ...entries.filter((entry) => !isFolder(entry))] };
}

async function entryOf(grants: Grants, file: string, name: string): Promise<FolderEntry | undefined> {
  try {
    const real = await grants.check(file);
    const kind = (await stat(real)).isDirectory() ? 'folder' : kindByName(name);
    return kind && { name, path: file, kind };
  } catch {
    return undefined;
  }
}

const isFolder = (entry: FolderEntry) => entry.kind === 'folder';
