import { damaged, truncated } from '../faults';
import type { FileBytes } from '../file-bytes';
import { concat } from '../pcm';
import type { ByteStream, PcmBlock, PcmStream } from '../stream';
import { decodeFrame, type FlacInfo } from './frame';

const LONGEST_FRAME = 2 ** 21 + 2 ** 16; // bytes: 65,536 samples of 8 channels in 32 bits, and their headers
const ID3V1 = 128; // bytes

export async function openFlac(file: FileBytes, start: number): Promise<PcmStream> {
  const info = flacInfo(await file.read(start + 8, 34));
  const frames = file.stream(await firstFrame(file, start), await endOfSound(file));
  return { ...(info.samples > 0 && { durationHint: info.samples / info.sampleRate }), blocks: decodeFlac(frames, info) };
}

/** `body`: the 34 bytes of a STREAMINFO block. Rate in 20 bits, 3 for channels, 5 for depth, 36 for the number of samples. */
export function flacInfo(body: Uint8Array): FlacInfo {
  if (body.length < 34) throw damaged('the FLAC file ends within its header');
  const view = new DataView(body.buffer, body.byteOffset);
  const sampleRate = view.getUint32(10) >>> 12;
  if (sampleRate === 0) throw damaged('the FLAC header announces 0 Hz');
  return { sampleRate, bits: ((view.getUint16(12) >> 4) & 31) + 1, samples: (view.getUint8(13) & 15) * 2 ** 32 + view.getUint32(14) };
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

/** Players of MP3 put an ID3v1 tag of 128 bytes behind anything. */
async function endOfSound(file: FileBytes): Promise<number> {
  const at = Math.max(0, file.size - ID3V1);
  const tag = await file.read(at, 3);
  return String.fromCharCode(...tag) === 'TAG' ? at : file.size;
}

/**
 * Frames of FLAC, one after the other, as a file or another container holds them -> a block a frame.
 * Errors: BAD_MEDIA for a damaged frame, which its checksum tells, for one that is cut off, and when fewer samples come than the header announces.
 */
export async function* decodeFlac(bytes: ByteStream, info: FlacInfo): AsyncGenerator<PcmBlock> {
  let samples = 0;
  const seconds = () => samples / info.sampleRate;
  let rest = new Uint8Array(0);
  for await (const piece of bytes) {
    const data = rest.length === 0 ? piece : concat([rest, piece]);
    let at = 0;
    for (let frame; at < data.length && (frame = decodeFrame(data.subarray(at), info)) !== 'cut'; at += frame.bytes) {
      if (frame === 'damaged') throw damaged(`the FLAC stream is damaged at ${seconds().toFixed(1)} s`);
      samples += frame.channels[0]!.length;
      yield { sampleRate: info.sampleRate, channels: frame.channels };
    }
    rest = data.slice(at);
    if (rest.length > LONGEST_FRAME) throw damaged(`the FLAC stream is damaged at ${seconds().toFixed(1)} s`);
  }
  if (samples < info.samples) throw truncated('FLAC', seconds(), info.samples / info.sampleRate);
  if (rest.length > 0) throw truncated('FLAC', seconds());
}
