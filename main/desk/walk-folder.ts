import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** The files below `folder`, sorted, hidden ones and links to folders left out; at most `limit`. Folders that may not be read are passed over. */
export async function* walkFolder(folder: string, limit: number): AsyncGenerator<string> {
  const waiting = [folder];
  let left = limit;
  for (let next = waiting.shift(); next !== undefined && left > 0; next = waiting.shift()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    const seen = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => compareNames(a.name, b.name));
    for (const entry of seen) {
      if (entry.isDirectory() || left === 0) continue;
      left--;
      yield path.join(next, entry.name);
    }
    waiting.unshift(...seen.filter((entry) => entry.isDirectory()).map((entry) => path.join(next, entry.name)));
  }
}

const collator = new Intl.Collator('en', { numeric: true });

/** image2 before image10. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b);
}
