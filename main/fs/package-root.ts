/** The folder of our package.json, wherever this code runs from: the sources, the bundle in out/main or an installed copy. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('package.json not found above this file: the installation is incomplete');
    folder = parent;
  }
  return folder;
}
