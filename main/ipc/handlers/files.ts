import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '../../contract/api';
import { AppError } from '../../contract/errors';
import { packageRoot } from '../../fs/package-root';
import { compareNames } from '../../desk/walk-folder';
import type { Services } from './services';

type Requests = 'files.open' | 'files.pick' | 'files.demos' | 'files.recent' | 'files.forget' | 'files.facts' | 'shell.reveal';

export function fileHandlers(services: Services): Pick<Handlers, Requests> {
  const { files, grants, renditions, shell } = services;
  return {
    'files.open': ({ paths }) => files.open(paths),
    'files.pick': async ({ kind }) => {
      if (!shell.pickFiles) throw noDialog();
      const paths = await shell.pickFiles(kind);
      return paths.length > 0 ? files.open(paths) : { files: [], rejected: [] };
    },
    'files.demos': async () => {
      const folder = path.join(packageRoot(), 'assets');
      const names = (await readdir(folder)).filter((name) => /\.(png|jpe?g|wav|flac)$/.test(name)).sort(compareNames);
      return Promise.all(names.map((name) => files.adopt(path.join(folder, name), name)));
    },
    'files.recent': () => files.recent(),
    'files.forget': async ({ path: wanted }) => {
      await files.forget(wanted);
      return {};
    },
    'files.facts': ({ file }) => renditions.facts(file),
    'shell.reveal': async ({ path: wanted }) => {
      if (!shell.reveal) throw noDialog();
      await shell.reveal(await grants.check(wanted));
      return {};
    },
  };
}

export function noDialog(): AppError {
  return new AppError('NOT_AVAILABLE', 'A browser cannot open the dialogs of the machine that serves it', 'Choose from the list of folders, or drop the files into the window.');
}
