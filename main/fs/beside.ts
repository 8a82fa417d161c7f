import { open } from 'node:fs/promises';
import path from 'node:path';

const MOST_BYTES = 1 << 20;

/** The first of the named text files that is in the folder of `file`; one of more than 1 MB, or that cannot be read, counts as absent. */
export async function textBeside(file: string, names: readonly string[]): Promise<{ file: string; text: string } | undefined> {
  for (const name of names) {
    const candidate = path.join(path.dirname(file), name);
    const text = await readSmall(candidate).catch(() => undefined);
    if (text !== undefined) return { file: candidate, text };
  }
  return undefined;
}

async function readSmall(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const info = await handle.stat();
    return info.isFile() && info.size <= MOST_BYTES ? await handle.readFile('utf8') : undefined;
  } finally {
    await handle.close();
  }
}
