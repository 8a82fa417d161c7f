import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { damaged, truncated } from './faults';
import type { FileBytes } from './file-bytes';
import { quietly } from './quietly';
import type { ByteStream, PcmBlock, PcmStream } from './stream';

/** From the STREAMINFO block (RFC 9639, 8.2). */
export interface FlacInfo {
  sampleRate: number; // Hz
  samples: number; // per channel; 0: unknown
}

export async function openFlac(file: FileBytes, start: number): Promise<PcmStream> {
  const info = flacInfo(await file.read(start + 8, 34));
  return {
    ...(info.samples > 0 && { durationHint: info.samples / info.sampleRate }),
    blocks: decodeFlac(file.stream(start), info),
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

/**
 * A FLAC stream, native or in Ogg pages. Every frame carries a checksum, so damage shows.
 * Errors: BAD_MEDIA for a damaged frame, and when fewer samples come than the header announces.
 */
export async function* decodeFlac(bytes: ByteStream, info: FlacInfo): AsyncGenerator<PcmBlock> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  let samples = 0;
  const seconds = () => samples / info.sampleRate;
  try {
    for await (const decoded of decodedPieces(decoder, bytes)) {
      samples += decoded.samplesDecoded;
      if (decoded.samplesDecoded > 0) yield { sampleRate: info.sampleRate, channels: decoded.channelData };
      if (decoded.errors.length > 0) throw damaged(`the FLAC stream is damaged at ${seconds().toFixed(1)} s`);
    }
    if (samples < info.samples) throw truncated('FLAC', seconds(), info.samples / info.sampleRate);
  } finally {
    decoder.free();
  }
}

async function* decodedPieces(decoder: FLACDecoder, bytes: ByteStream) {
  for await (const piece of bytes) yield await quietly(() => decoder.decode(piece));
  yield await quietly(() => decoder.flush());
}
