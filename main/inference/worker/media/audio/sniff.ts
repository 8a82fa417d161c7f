import { AppError } from '../../../../contract/errors';
import { damaged, unsupported } from './faults';
import type { FileBytes } from './file-bytes';
import { findFrame } from './mpeg/header';

export type AudioFormat = 'wav' | 'flac' | 'mp3' | 'adts' | 'ogg' | 'mp4' | 'matroska';

export interface Sniffed {
  format: AudioFormat;
  start: number; // offset of the first byte after leading ID3 tags
}

const SCAN = 64 * 1024; // bytes searched for a first MP3 frame

/** First bytes of what we read; a question mark stands for any byte. */
const readable: [string, AudioFormat][] = [
  ['RIFF????WAVE', 'wav'],
  ['RIFX????WAVE', 'wav'],
  ['RF64????WAVE', 'wav'],
  ['BW64????WAVE', 'wav'],
  ['fLaC', 'flac'],
  ['OggS', 'ogg'],
  ['\x1aE\xdf\xa3', 'matroska'],
  ['????ftyp', 'mp4'],
  ['????moov', 'mp4'],
  ['????mdat', 'mp4'],
];

/** Images: before `readable`, since some are MP4 by structure. */
const images: [string, string][] = [
  ['\x89PNG', 'PNG'],
  ['\xff\xd8\xff', 'JPEG'],
  ['GIF8', 'GIF'],
  ['RIFF????WEBP', 'WebP'],
  ['BM????\0\0\0\0', 'BMP'],
  ['II*\0', 'TIFF'],
  ['MM\0*', 'TIFF'],
  ['????ftypheic', 'HEIC'],
  ['????ftypavif', 'AVIF'],
];

const foreign: [string, string][] = [
  ['FORM????AIF', 'an AIFF recording'],
  ['caff', 'a Core Audio (CAF) recording'],
  ['\x30\x26\xb2\x75', 'a Windows Media file'],
  ['#!AMR', 'an AMR recording'],
  ['.snd', 'a Sun audio file'],
  ['RIFF????AVI ', 'an AVI video'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', 'a ZIP archive'],
];

/** The format by the content alone: names lie. Errors: WRONG_TASK for an image, UNKNOWN_FORMAT, BAD_MEDIA. */
export async function sniff(file: FileBytes): Promise<Sniffed> {
  const start = await skipId3(file);
  const head = await file.read(start, SCAN);
  if (head.length === 0) throw damaged(`${file.path} holds tags but no sound`);
  const among = <T>(table: [string, T][]) => table.find(([pattern]) => matches(head, pattern))?.[1];

  const image = among(images);
  if (image) throw new AppError('WRONG_TASK', `${file.path} is a ${image} image, a recording was expected`, 'Use segment, upscale or classify for images.');
  const other = among(foreign);
  if (other) throw unsupported(`${file.path} is ${other}, which cannot be read`);
  const format = among(readable) ?? (isAdts(head) ? 'adts' : undefined);
  if (format) return { format, start };
  const frame = findFrame(head, 0, 2);
  if (frame !== undefined) return { format: 'mp3', start: start + frame };
  throw unsupported(`${file.path} is not a recording of a known format`, 'Readable are WAV, MP3, FLAC, Ogg (Vorbis, Opus), M4A, MP4, AAC, WebM and MKV.');
}

function matches(bytes: Uint8Array, pattern: string): boolean {
  return bytes.length >= pattern.length && [...pattern].every((c, i) => c === '?' || c.charCodeAt(0) === bytes[i]);
}

/** ID3v2 tags stand before MP3, AAC and (against the rules) FLAC. */
async function skipId3(file: FileBytes): Promise<number> {
  let start = 0;
  for (;;) {
    const length = id3Length(await file.read(start, 10));
    if (length === 0) return start;
    start += length;
  }
}

/** Bytes of the ID3v2 tag that begins here, 0 if none does. The size is written in four bytes of seven bits. */
export function id3Length(bytes: Uint8Array): number {
  if (!matches(bytes, 'ID3') || bytes.length < 10) return 0;
  const size = [6, 7, 8, 9].reduce((sum, i) => sum * 128 + (bytes[i]! & 127), 0);
  return 10 + size + (bytes[5]! & 0x10 ? 10 : 0);
}

/** Two ADTS headers in a row: sync word 0xFFF with layer 00, the second where the first says that its frame ends. */
function isAdts(bytes: Uint8Array): boolean {
  const length = adtsFrameLength(bytes, 0);
  return length > 0 && (length >= bytes.length - 7 || adtsFrameLength(bytes, length) > 0);
}

/** Bytes of the ADTS frame at `at`, header included; 0 when no header stands there. */
export function adtsFrameLength(bytes: Uint8Array, at: number): number {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return 0;
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
  return length >= 7 ? length : 0;
}
