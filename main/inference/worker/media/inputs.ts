/**
 * The inputs of the pipelines. The one that comes next can be decoded while the model still works on the present one, within bounds; whoever asks for it then gets it at
 * once. What went wrong in advance counts for nothing: the input is then decoded in its own turn, where its error belongs.
 */
import { readFile, stat } from 'node:fs/promises';
import { sniffFile } from '../../../fs/signature';
import { readError } from '../../../fs/system-errors';
import { openAudio, SPEECH_RATE, type AudioStream } from './audio';
import type { DecodedImage, OpenOptions } from './image';

const AHEAD_FILES = 2; // one that waits, and one whose job has just begun
const AHEAD_PIXELS = 2 ** 25; // 100 MB of 8-bit colour
const AHEAD_SECONDS = 60; // of sound, 4 MB

interface Started {
  sound: AudioStream;
  close(): Promise<unknown>;
}

interface Kept {
  path: string;
  stamp: Promise<string>;
  image: Promise<DecodedImage | undefined>;
  sound: Promise<Started | undefined>;
}

const kept: Kept[] = []; // oldest first

/** Begins with the input of a job that is still waiting. */
export function decodeAhead(path: string): void {
  while (kept.length >= AHEAD_FILES) discard(kept.shift()!);
  const kind = sniffFile(path).then((found) => found?.kind);
  const begun: Kept = {
    path,
    stamp: stampOf(path),
    image: kind.then((is) => (is === 'image' ? readWhole(path, { pixelLimit: AHEAD_PIXELS }) : undefined)),
    sound: kind.then((is) => (is === 'audio' ? startSound(path) : undefined)),
  };
  for (const promise of [begun.stamp, begun.image, begun.sound]) promise.catch(() => undefined);
  kept.push(begun);
}

/** Errors: those of `openImage`, and of a file that cannot be read. */
export async function readImage(path: string): Promise<DecodedImage> {
  return (await (await take(path))?.image.catch(() => undefined)) ?? readWhole(path);
}

/** Errors, here or while iterating: those of `openAudio`. The next block is decoded while the present one is worked on. What was begun is of use at the rate of speech only. */
export async function readSound(path: string, sampleRate = SPEECH_RATE): Promise<AudioStream> {
  const begun = await take(path);
  if (begun && sampleRate !== SPEECH_RATE) discard(begun);
  const started = sampleRate === SPEECH_RATE ? await begun?.sound.catch(() => undefined) : undefined;
  const sound = started?.sound ?? (await openAudio({ path }, sampleRate));
  return { ...sound, [Symbol.asyncIterator]: () => oneAhead(sound) };
}

/** What was begun of `path`, unless the file has changed since. */
async function take(path: string): Promise<Kept | undefined> {
  const at = kept.findIndex((begun) => begun.path === path);
  if (at < 0) return undefined;
  const [taken] = kept.splice(at, 1) as [Kept];
  const [before, now] = await Promise.all([taken.stamp, stampOf(path)].map((stamp) => stamp.catch(() => undefined)));
  if (before !== undefined && before === now) return taken;
  discard(taken);
  return undefined;
}

function discard(begun: Kept): void {
  begun.sound.then((started) => started?.close()).catch(() => undefined);
}

async function stampOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  return `${size} ${mtimeMs}`;
}

async function readWhole(path: string, options?: OpenOptions): Promise<DecodedImage> {
  const { openImage } = await import('./image'); // a child that only hears needs no library of pictures
  return openImage(await readFile(path).catch((error: unknown) => Promise.reject(readError(error, path))), options);
}

async function startSound(path: string): Promise<Started> {
  const sound = await openAudio({ path });
  const rest = sound[Symbol.asyncIterator]();
  const first: Float32Array[] = [];
  for (let samples = 0; samples < AHEAD_SECONDS * sound.sampleRate; samples += first.at(-1)!.length) {
    const { done, value } = await rest.next();
    if (done) break;
    first.push(value);
  }
  const blocks = async function* () {
    while (first.length > 0) yield first.shift()!;
    yield* { [Symbol.asyncIterator]: () => rest };
  };
  return { sound: { ...sound, [Symbol.asyncIterator]: blocks }, close: async () => rest.return?.() };
}

async function* oneAhead<Block>(source: AsyncIterable<Block>): AsyncGenerator<Block> {
  const blocks = source[Symbol.asyncIterator]();
  try {
    let next = blocks.next();
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = blocks.next();
      next.catch(() => undefined); // thrown when its turn comes
      yield value;
    }
  } finally {
    await blocks.return?.();
  }
}
