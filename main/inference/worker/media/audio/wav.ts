import { damaged, unsupported } from './faults';
import type { FileBytes } from './file-bytes';
import { pcmBlocks } from './pcm';
import { sampleReader, type SampleKind } from './samples';
import type { PcmStream } from './stream';

/**
 * WAVE in RIFF, RIFX (big-endian), RF64 and BW64, with `WAVE_FORMAT_EXTENSIBLE`.
 * Sizes in headers lie (a recorder that crashed, a pipe, more than 4 GiB): a data chunk of size 0, of 0xFFFFFFFF or longer than the file runs to the end of the file.
 */
interface WavLayout {
  kind: SampleKind | 'mp3';
  channels: number;
  sampleRate: number; // Hz
  frameBytes: number; // all channels of one instant
  start: number; // first byte of the samples
  end: number;
}

const EXTENSIBLE = 0xfffe;
const STREAMED = 0xffffffff;

export async function openWav(file: FileBytes): Promise<PcmStream> {
  const layout = await readLayout(file);
  const bytes = file.stream(layout.start, layout.end);
  if (layout.kind === 'mp3') return { blocks: (await import('./mpeg/mpeg')).decodeMpeg(bytes) };
  const { kind, channels, sampleRate, frameBytes } = layout;
  return {
    durationHint: (layout.end - layout.start) / frameBytes / sampleRate,
    blocks: pcmBlocks(bytes, sampleReader(kind), { channels, sampleRate, frameBytes }),
  };
}

async function readLayout(file: FileBytes): Promise<WavLayout> {
  const magic = ascii(await file.read(0, 4));
  const little = magic !== 'RIFX';
  let format: Omit<WavLayout, 'start' | 'end'> | undefined;
  let longSize: number | undefined;

  for (let at = 12; ; ) {
    const head = await file.read(at, 8);
    if (head.length < 8) throw damaged(`${file.path}: the WAV file ends before its ${format ? 'sound' : 'format description'}`);
    const name = ascii(head.subarray(0, 4));
    const size = view(head).getUint32(4, little);
    const body = at + 8;
    if (name === 'ds64') longSize = Number(view(await file.read(body, 16)).getBigUint64(8, true));
    if (name === 'fmt ') format = readFormat(await file.read(body, Math.min(size, 40)), little, file.path);
    if (name === 'data') {
      if (!format) throw damaged(`${file.path}: the WAV file does not say how its samples are stored (no fmt chunk before the data)`);
      const length = size === STREAMED ? (longSize ?? STREAMED) : size;
      const lying = length === STREAMED || body + length > file.size || (length === 0 && !(await chunkFollows(file, body, little)));
      return { ...format, start: body, end: lying ? file.size : body + length };
    }
    at = body + size + (size & 1); // chunks are padded to even lengths
  }
}

/** After an honest empty data chunk stands the end of the file or another chunk. */
async function chunkFollows(file: FileBytes, at: number, little: boolean): Promise<boolean> {
  const head = await file.read(at, 8);
  if (head.length < 8) return false;
  return /^[\x20-\x7e]{4}$/.test(ascii(head.subarray(0, 4))) && at + 8 + view(head).getUint32(4, little) <= file.size;
}

function readFormat(bytes: Uint8Array, little: boolean, path: string): Omit<WavLayout, 'start' | 'end'> {
  if (bytes.length < 14) throw damaged(`${path}: the WAV file's format description is cut off`);
  const at = view(bytes);
  const tag = at.getUint16(0, little);
  const channels = at.getUint16(2, little);
  const sampleRate = at.getUint32(4, little);
  const bits = bytes.length >= 16 ? at.getUint16(14, little) : 8;
  const encoding = tag === EXTENSIBLE && bytes.length >= 26 ? at.getUint16(24, little) : tag;
  if (channels === 0 || sampleRate === 0) throw damaged(`${path}: the WAV header announces ${channels} channels at ${sampleRate} Hz`);
  const kind = kindOf(encoding, Math.ceil(bits / 8), little);
  if (!kind) throw unsupported(`${path}: WAV encoding ${encoding} with ${bits} bits cannot be read`);
  return { kind, channels, sampleRate, frameBytes: Math.ceil(bits / 8) * channels };
}

/** Encodings of the WAVE registry: 1 integer PCM, 3 IEEE float, 6 A-law, 7 mu-law, 0x55 MP3. */
function kindOf(encoding: number, sampleBytes: number, little: boolean): WavLayout['kind'] | undefined {
  const order = little ? 'le' : 'be';
  if (encoding === 1 && sampleBytes === 1) return 'u8';
  if (encoding === 1 && (sampleBytes === 2 || sampleBytes === 3 || sampleBytes === 4)) return `s${sampleBytes * 8}${order}` as SampleKind;
  if (encoding === 3 && (sampleBytes === 4 || sampleBytes === 8)) return `f${sampleBytes * 8}${order}` as SampleKind;
  if (encoding === 6 && sampleBytes === 1) return 'alaw';
  if (encoding === 7 && sampleBytes === 1) return 'ulaw';
  return encoding === 0x55 ? 'mp3' : undefined;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
