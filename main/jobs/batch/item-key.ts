import { createHash } from 'node:crypto';
import { closeSync, open, read, type Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { BatchTask } from '../../contract/batch';
import type { Computing } from '../../contract/settings';
import type { ModelFiles } from '../../contract/worker-messages';

const BLOCK = 1 << 18; // bytes
const spare: Buffer[] = []; // blocks that were used: new ones for each file would have V8 look through its heap time and again

const [openFile, readBlock] = [promisify(open), promisify(read)];

/** Rejects as the system does. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const descriptor = await openFile(file, 'r');
  const buffer = spare.pop() ?? Buffer.allocUnsafe(BLOCK);
  try {
    for (let whole = true; whole; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await readBlock(descriptor, buffer, 0, buffer.length, null);
      hash.update(buffer.subarray(0, bytesRead));
      whole = bytesRead === buffer.length; // less: the end
    }
    return hash.digest('hex');
  } finally {
    spare.push(buffer);
    closeSync(descriptor); // at once: nothing was written that it would have to wait for
  }
}

/** What a result depends on besides its input: the model's files, and of the settings those that change the content. */
export async function hashSetup(model: ModelFiles, { task, formats, top }: BatchTask, { languageModel }: Pick<Computing, 'languageModel'>): Promise<string> {
  return digest([...(await modelParts(model)), task, formats, ...(task === 'transcribe' && !languageModel ? ['letters alone'] : []), ...(top === undefined ? [] : [top])]);
}

/** The same on every machine that has this model. */
export async function hashModel(model: ModelFiles): Promise<string> {
  return digest(await modelParts(model));
}

async function modelParts({ card, weights }: ModelFiles): Promise<string[]> {
  return [await hashFile(weights), card === undefined ? '' : await readFile(card, 'utf8')];
}

/** Of a job, such that the same attempt has the same id after a restart. */
export function lastingId(batch: string, item: number, key: string, { outDir, outName }: { outDir: string; outName: string }, formats: readonly string[]): string {
  return `f${digest([batch, item, key, outDir, outName, formats]).slice(0, 40)}`;
}

function digest(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The same key, the same result. */
export function itemKey(contentHash: string, setupHash: string): string {
  return createHash('sha256').update(`${contentHash}\n${setupHash}`).digest('hex');
}

/** What tells cheaply that a file is most likely the one that it was. */
export function fingerprint({ size, mtimeMs }: Stats): { bytes: number; modified: number } {
  return { bytes: size, modified: mtimeMs };
}
