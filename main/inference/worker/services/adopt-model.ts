import { copyFile, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildModel } from '../../../../models/architectures';
import { parseCard, type ModelCard } from '../../../../models/cards/card';
import type { ByteSource } from '../../../../models/checkpoints/byte-source';
import { ZipArchive } from '../../../../models/checkpoints/zip';
import { AppError, inFile, sayFile } from '../../../contract/errors';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { checkInputFile } from '../../../fs/input-file';
import { openFileSource, type FileSource } from '../../../fs/file-source';
import { readError, writeError } from '../../../fs/system-errors';
import { openWeights } from '../sessions/model-loader';
import { recognized } from '../sessions/recognized';

const CARD = 'card.json';
const WEIGHTS = 'model.safetensors';

const COPIED_AT_ONCE = 1 << 24; // bytes

interface Found {
  card: unknown; // undefined: to be recognised
  file: FileSource;
  weights: ByteSource; // in it
  from: string; // for errors
  copy?: string; // a file that holds just the weights
  beside(name: string): Promise<Uint8Array>; // another file of the card's folder
}

/** Errors: FILE_NOT_FOUND, BAD_CARD, BAD_CHECKPOINT, BAD_WEIGHTS, DISK_FULL. */
export async function adoptModel({ input, staged, id }: ServiceParams<'adoptModel'>): Promise<ServiceResult<'adoptModel'>> {
  const found = await find(input);
  try {
    const weights = openWeights(found.weights, found.from);
    const card = found.card === undefined ? await recognized(weights, id, input).catch(sayFile(found.from)) : inFile(found.from, () => parseCard(found.card));
    inFile(found.from, () => {
      buildModel(card, weights, 'portable');
      for (const tensor of weights.values()) tensor.toFloat32(); // so that damage is known before anything is kept
    });
    return { weights: await keep(staged, card, found), recognized: found.card === undefined };
  } finally {
    found.file.close();
  }
}

async function find(input: string): Promise<Found> {
  const info = await stat(input).catch((error: unknown) => Promise.reject(readError(error, input)));
  if (info.isDirectory()) return withCard(path.join(input, CARD), path.join(input, WEIGHTS));
  await checkInputFile(input);
  const { dir, name } = path.parse(input);
  const sidecar = path.join(dir, `${name}.card.json`);
  if (await stat(sidecar).then((file) => file.isFile(), () => false)) return withCard(sidecar, input);
  const file = openFileSource(input);
  try {
    return inArchive(file, input) ?? { card: undefined, file, weights: file, from: input, copy: input, beside: besideIn(dir) };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function withCard(card: string, weights: string): Promise<Found> {
  await checkInputFile(card);
  await checkInputFile(weights);
  const parsed = parse(await readFile(card, 'utf8'), card);
  const file = openFileSource(weights);
  return { card: parsed, file, weights: file, from: weights, copy: weights, beside: besideIn(path.dirname(card)) };
}

/** A ZIP archive with a card and weights in one folder of it; PyTorch's own archives have none. */
function inArchive(file: FileSource, name: string): Found | undefined {
  if (Buffer.from(file.read(0, Math.min(4, file.size))).toString('latin1') !== 'PK\x03\x04') return undefined;
  const archive = inFile(name, () => ZipArchive.open(file));
  const card = archive.names().find((entry) => entry === CARD || entry.endsWith(`/${CARD}`));
  if (card === undefined) return undefined;
  const text = inFile(name, () => new TextDecoder().decode(archive.read(card)));
  const weights = inFile(name, () => archive.entry(card.slice(0, -CARD.length) + WEIGHTS));
  const beside = async (other: string) => inFile(name, () => archive.read(card.slice(0, -CARD.length) + other));
  return { card: parse(text, `${name}: ${card}`), file, weights, from: name, beside };
}

function besideIn(folder: string): Found['beside'] {
  return async (name) => {
    const file = path.join(folder, name);
    return readFile(file).catch((error: unknown) => Promise.reject(readError(error, file)));
  };
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('BAD_CARD', `${file} is not JSON: ${(error as Error).message}`, 'Correct it, or choose another model.');
  }
}

async function keep(folder: string, card: ModelCard, { weights, copy, beside }: Found): Promise<string> {
  const name = copy === undefined ? WEIGHTS : `model${path.extname(copy).toLowerCase()}`;
  try {
    await mkdir(folder);
    if (copy === undefined) await writePieces(path.join(folder, name), weights);
    else await copyFile(copy, path.join(folder, name));
    const language = card.transcribe?.language?.file;
    if (language !== undefined) await writeFile(path.join(folder, language), await beside(language), { flush: true });
    await writeFile(path.join(folder, CARD), `${JSON.stringify(card, null, 2)}\n`);
    return name;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw writeError(error, folder);
  }
}

async function writePieces(file: string, source: ByteSource): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    for (let start = 0; start < source.size; start += COPIED_AT_ONCE) await handle.writeFile(source.read(start, Math.min(source.size, start + COPIED_AT_ONCE)));
    await handle.sync();
  } finally {
    await handle.close();
  }
}
