import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildModel } from '../../../../models/architectures';
import { parseCard, type ModelCard } from '../../../../models/cards/card';
import { recognize } from '../../../../models/checkpoints/recognize';
import { ZipArchive } from '../../../../models/checkpoints/zip';
import { ModelError } from '../../../../models/errors';
import { AppError } from '../../../contract/errors';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { checkInputFile } from '../../../fs/input-file';
import { readError, writeError } from '../../../fs/system-errors';
import { openWeights } from '../sessions/model-loader';

const CARD = 'card.json';
const WEIGHTS = 'model.safetensors';

/** What was found: the bytes were all read, so a damaged or foreign file is known before anything is kept. */
interface Found {
  card: unknown; // undefined: to be recognised
  weights: Uint8Array;
  from: string; // for errors
  copy?: string; // a file that holds just the weights
}

/** Errors: FILE_NOT_FOUND, BAD_CARD, BAD_CHECKPOINT, BAD_WEIGHTS, DISK_FULL. */
export async function adoptModel({ input, staged, id }: ServiceParams<'adoptModel'>): Promise<ServiceResult<'adoptModel'>> {
  const found = await find(input);
  const weights = openWeights(found.weights, found.from);
  const card = inFile(found.from, () => (found.card === undefined ? recognize(weights, id) : parseCard(found.card)));
  inFile(found.from, () => buildModel(card, weights, 'portable'));
  return { weights: await keep(staged, card, found) };
}

async function find(input: string): Promise<Found> {
  const info = await stat(input).catch((error: unknown) => Promise.reject(readError(error, input)));
  if (info.isDirectory()) return withCard(path.join(input, CARD), path.join(input, WEIGHTS));
  await checkInputFile(input);
  const { dir, name } = path.parse(input);
  const sidecar = path.join(dir, `${name}.card.json`);
  if (await stat(sidecar).then((file) => file.isFile(), () => false)) return withCard(sidecar, input);
  const bytes = await readFile(input);
  return inArchive(bytes, input) ?? { card: undefined, weights: bytes, from: input, copy: input };
}

async function withCard(card: string, weights: string): Promise<Found> {
  await checkInputFile(card);
  await checkInputFile(weights);
  return { card: parse(await readFile(card, 'utf8'), card), weights: await readFile(weights), from: weights, copy: weights };
}

/** A ZIP archive with a card and weights in one folder of it; PyTorch's own archives have none. */
function inArchive(bytes: Buffer, file: string): Found | undefined {
  if (bytes.subarray(0, 4).toString('latin1') !== 'PK\x03\x04') return undefined;
  const archive = inFile(file, () => ZipArchive.open(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
  const card = archive.names().find((name) => name === CARD || name.endsWith(`/${CARD}`));
  if (card === undefined) return undefined;
  const read = (name: string) => inFile(file, () => archive.read(name));
  return { card: parse(new TextDecoder().decode(read(card)), `${file}: ${card}`), weights: read(card.slice(0, -CARD.length) + WEIGHTS), from: file };
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('BAD_CARD', `${file} is not JSON: ${(error as Error).message}`, 'Correct it, or choose another model.');
  }
}

/** Errors of the models' zone say of which file they are. */
function inFile<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof ModelError) throw new AppError(error.code, `${file}: ${error.message}`, error.hint);
    throw error;
  }
}

async function keep(folder: string, card: ModelCard, { weights, copy }: Found): Promise<string> {
  const name = copy === undefined ? WEIGHTS : `model${path.extname(copy).toLowerCase()}`;
  try {
    await mkdir(folder);
    if (copy === undefined) await writeFile(path.join(folder, name), weights, { flush: true });
    else await copyFile(copy, path.join(folder, name));
    await writeFile(path.join(folder, CARD), `${JSON.stringify(card, null, 2)}\n`);
    return name;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw writeError(error, folder);
  }
}
