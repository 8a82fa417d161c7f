/** What a file is, by its first bytes; names and suffixes lie. */
import { open } from 'node:fs/promises';

const HEAD_BYTES = 4096; // tell what a file is

interface Signature {
  name: string;
  kind: 'image' | 'audio' | 'other';
  matches: (head: Head) => boolean;
}

/** Bytes at an offset as text, one character a byte. */
type Head = (offset: number, length: number) => string;

const IMAGES: Record<string, (head: Head) => boolean> = {
  PNG: (at) => at(0, 8) === '\x89PNG\r\n\x1a\n',
  JPEG: (at) => at(0, 3) === '\xff\xd8\xff',
  WebP: (at) => at(0, 4) === 'RIFF' && at(8, 4) === 'WEBP',
  TIFF: (at) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(at(0, 4)),
  GIF: (at) => ['GIF87a', 'GIF89a'].includes(at(0, 6)),
  AVIF: (at) => at(4, 4) === 'ftyp' && /avi[fs]/.test(at(8, 32)), // the brand, or among the compatible ones
};

const AUDIO: Record<string, (head: Head) => boolean> = {
  WAV: (at) => ['RIFF', 'RF64'].includes(at(0, 4)) && at(8, 4) === 'WAVE',
  MP3: (at) => at(0, 3) === 'ID3' || /^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/.test(at(0, 2)),
  FLAC: (at) => at(0, 4) === 'fLaC',
  Ogg: (at) => at(0, 4) === 'OggS',
  'WebM or Matroska': (at) => at(0, 4) === '\x1a\x45\xdf\xa3',
  'MPEG-4': (at) => at(4, 4) === 'ftyp' && /^(M4A |M4B |M4V |mp4|iso|qt  |dash|3g)/.test(at(8, 4)),
};

const OTHERS: Record<string, (head: Head) => boolean> = {
  BMP: (at) => at(0, 2) === 'BM' && at(6, 4) === '\0\0\0\0',
  HEIC: (at) => at(4, 4) === 'ftyp' && /^(he|mif1|msf1)/.test(at(8, 4)),
  'JPEG XL': (at) => at(0, 2) === '\xff\x0a' || at(4, 8) === 'JXL \r\n\x87\n',
  'JPEG 2000': (at) => at(4, 8) === 'jP  \r\n\x87\n' || at(0, 4) === '\xff\x4f\xff\x51',
  PDF: (at) => at(0, 4) === '%PDF',
  SVG: (at) => /^\ufeff?\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)*<svg\b/.test(at(0, 512)),
  ZIP: (at) => at(0, 4) === 'PK\x03\x04',
};

const SIGNATURES: Signature[] = [
  ...named('image', IMAGES),
  ...named('audio', AUDIO),
  ...named('other', OTHERS),
];

function named(kind: Signature['kind'], table: Record<string, (head: Head) => boolean>): Signature[] {
  return Object.entries(table).map(([name, matches]) => ({ name, kind, matches }));
}

/** The format's name and kind; 'text' where the head holds nothing but printable characters, undefined where it is unknown. */
export function sniff(bytes: Uint8Array): { name: string; kind: Signature['kind'] } | undefined {
  const head: Head = (offset, length) => String.fromCharCode(...bytes.subarray(offset, offset + length));
  const found = SIGNATURES.find(({ matches }) => matches(head));
  if (found) return { name: found.name, kind: found.kind };
  return isText(bytes.subarray(0, 512)) ? { name: 'text', kind: 'other' } : undefined;
}

/** The same of a file on the disk. Throws as the system does. */
export async function sniffFile(file: string): Promise<ReturnType<typeof sniff>> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return sniff(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
