import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** SHA-256 of a file in hexadecimal, in constant memory. */
export function sha256Of(file: string): Promise<string> {
  return fed(createHash('sha256'), file);
}

/** The name of a file's content in Git: SHA-1 of a header with its size, and of it. */
export async function gitBlobOf(file: string): Promise<string> {
  return fed(createHash('sha1').update(`blob ${(await stat(file)).size}\0`), file);
}

async function fed(hash: Hash, file: string): Promise<string> {
  for await (const block of createReadStream(file)) hash.update(block as Buffer);
  return hash.digest('hex');
}
