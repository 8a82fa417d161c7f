/** Files beside the repository that are too large or not licensed for it: tests that need them skip by name where they are absent. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const shared = path.join(import.meta.dirname, '../../../shared');

export const sharedPath = (file: string) => path.join(shared, file);
export const readShared = (file: string) => readFileSync(sharedPath(file));

/** Why a test of these files cannot run, or nothing. */
export function sharedMissing(...files: string[]): string | undefined {
  const missing = files.filter((file) => !existsSync(sharedPath(file)));
  return missing.length > 0 ? `(absent: ../shared/${missing.join(', ../shared/')})` : undefined;
}
