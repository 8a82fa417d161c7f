import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { damaged, truncated } from './faults';
import type { FileBytes } from './file-bytes';
import { flacFrames } from './flac-frames';
import { quietly } from './quietly';
import type { ByteStream, PcmBlock, PcmStream } from './stream';

/** From the STREAMINFO block (RFC 9639, 8.2). */
export interface FlacInfo {
  sampleRate: number; // Hz
  samples: number; // per channel; 0: unknown
}

type Decoded = Awaited<ReturnType<FLACDecoder['decode']>>;

export async function openFlac(file: FileBytes, start: number): Promise<PcmStream> {
  const info = flacInfo(await file.read(start + 8, 34));
  const frames = flacFrames(file.stream(await firstFrame(file, start)));
  return {
    ...(info.samples > 0 && { durationHint: info.samples / info.sampleRate }),
    blocks: checked(decodeFrames(frames), info),
  };
}

/** `body`: the 34 bytes of a STREAMINFO block. Rate in 20 bits, 3 for channels, 5 for depth, 36 for the number of samples. */
export function flacInfo(body: Uint8Array): FlacInfo {
  if (body.length < 34) throw damaged('the FLAC file ends within its header');
  const view = new DataView(body.buffer, body.byteOffset);
  const sampleRate = view.getUint32(10) >>> 12;
  if (sampleRate === 0) throw damaged('the FLAC header announces 0 Hz');
  return { sampleRate, samples: (view.getUint8(13) & 15) * 2 ** 32 + view.getUint32(14) };
}

/** Behind the blocks of metadata: each has a bit that tells the last, and its length in 24 bits. */
async function firstFrame(file: FileBytes, start: number): Promise<number> {
  for (let at = start + 4; ; ) {
    const head = await file.read(at, 4);
    if (head.length < 4) throw damaged('the FLAC file ends within its header');
    at += 4 + ((head[1]! << 16) | (head[2]! << 8) | head[3]!);
    if (head[0]! & 0x80) return at;
  }
}

/** A FLAC stream as it stands in other containers, such as Ogg pages. Errors: those of `checked`. */
export function decodeFlac(bytes: ByteStream, info: FlacInfo): AsyncGenerator<PcmBlock> {
  return checked(decodeBytes(bytes), info);
}

/** Every frame carries a checksum, so damage shows. Errors: BAD_MEDIA for a damaged frame, and when fewer samples come than the header announces. */
async function* checked(pieces: AsyncIterable<Decoded>, info: FlacInfo): AsyncGenerator<PcmBlock> {
  let samples = 0;
  const seconds = () => samples / info.sampleRate;
  for await (const decoded of pieces) {
    samples += decoded.samplesDecoded;
    if (decoded.samplesDecoded > 0) yield { sampleRate: info.sampleRate, channels: decoded.channelData };
    if (decoded.errors.length > 0) throw damaged(`the FLAC stream is damaged at ${seconds().toFixed(1)} s`);
  }
  if (samples < info.samples) throw truncated('FLAC', seconds(), info.samples / info.sampleRate);
}

/** Making one costs tens of milliseconds, most of them for the collection of its 16 MB, and a frame depends on nothing that came before. */
let shared: FLACDecoder | undefined;

async function* decodeFrames(pieces: AsyncIterable<Uint8Array[]>): AsyncGenerator<Decoded> {
  for await (const frames of pieces) {
    const decoder = (shared ??= new FLACDecoder());
    await decoder.ready;
    const decoded = await quietly(() => decoder.decodeFrames(frames));
    if (decoded.errors.length > 0 && shared === decoder) {
      shared = undefined; // what it is in now is unknown
      decoder.free();
    }
    yield decoded;
  }
}

async function* decodeBytes(bytes: ByteStream): AsyncGenerator<Decoded> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    for await (const piece of bytes) yield await quietly(() => decoder.decode(piece));
    yield await quietly(() => decoder.flush());
  } finally {
    decoder.free();
  }
}
