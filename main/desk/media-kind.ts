import path from 'node:path';
import { AppError } from '../contract/errors';
import { FILE_KINDS, SUFFIXES, type OpenedFile } from '../contract/media';
import { sniffFile } from '../fs/signature';

type Kind = OpenedFile['kind'];

export interface MediaKind {
  kind: Kind;
  mediaType: string; // of HTTP
}

/** By the format's name of main/fs/signature.ts. */
const MEDIA_TYPES: Record<string, string> = {
  PNG: 'image/png',
  JPEG: 'image/jpeg',
  WebP: 'image/webp',
  TIFF: 'image/tiff',
  GIF: 'image/gif',
  AVIF: 'image/avif',
  WAV: 'audio/wav',
  MP3: 'audio/mpeg',
  FLAC: 'audio/flac',
  Ogg: 'audio/ogg',
  'WebM or Matroska': 'audio/webm',
  'MPEG-4': 'audio/mp4',
};

/** Where the content does not tell: formats without a signature, and files whose damage their reader explains best. */
const BY_SUFFIX: Record<string, MediaKind> = {
  ...Object.fromEntries(FILE_KINDS.flatMap((kind) => SUFFIXES[kind].map((suffix) => [suffix, { kind, mediaType: 'application/octet-stream' }]))),
  aac: { kind: 'audio', mediaType: 'audio/aac' },
};

/** What a file seems to be by its name; undefined where it cannot be opened. */
export function kindByName(name: string): Kind | undefined {
  return BY_SUFFIX[suffixOf(name)]?.kind;
}

/** What a readable file is: by its content, else by its name. Throws AppError UNKNOWN_FORMAT. */
export async function mediaKind(file: string, name: string): Promise<MediaKind> {
  const known = BY_SUFFIX[suffixOf(name)];
  if (known?.kind === 'model') return known; // archives: their content does not tell
  const found = await sniffFile(file);
  const mediaType = MEDIA_TYPES[found?.name ?? ''];
  if (found && found.kind !== 'other' && mediaType) return { kind: found.kind, mediaType };
  if (known && found?.kind !== 'other') return known;
  const what = found ? `is ${found.name === 'text' ? 'a text' : found.name}` : 'is of an unknown format';
  throw new AppError(
    'UNKNOWN_FORMAT',
    `${name} ${what}; an image, a recording or a model was expected`,
    'Pictures: PNG, JPEG, WebP, TIFF, GIF, AVIF. Recordings: WAV, MP3, FLAC, Ogg, Opus, M4A, MP4, AAC, WebM, MKV. Models: safetensors, PyTorch checkpoints, ZIP archives with a card.',
  );
}

function suffixOf(name: string): string {
  return path.extname(name).slice(1).toLowerCase();
}
