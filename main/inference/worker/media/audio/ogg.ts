import { damaged, truncated, unsupported } from './faults';
import type { FileBytes } from './file-bytes';
import { decodeFlac, flacInfo } from './flac/flac';
import { FIRST, LAST, packetsOf, pageAt, type OggPage } from './ogg-pages';
import { opus } from './opus';
import { decodePackets, type PagePackets } from './packet-sound';
import { concat } from './pcm';
import type { ByteStream, PcmStream } from './stream';
import { vorbis } from './vorbis/vorbis';

type OggCodec = 'vorbis' | 'opus' | 'flac';

const MAX_PAGE = 27 + 255 + 255 * 255; // bytes
const identification: [OggCodec, string][] = [
  ['vorbis', '\x01vorbis'],
  ['opus', 'OpusHead'],
  ['flac', '\x7fFLAC'],
];

export async function openOgg(file: FileBytes, start: number): Promise<PcmStream> {
  const head = await file.read(start, 4 * MAX_PAGE);
  let first: OggPage | undefined;
  for (let at = 0, page; typeof (page = pageAt(head, at)) === 'object' && page.flags & FIRST; at += page.bytes.length) {
    if (!first && codecOf(page)) first = page;
  }
  if (!first) throw unsupported(`${file.path}: no Vorbis, Opus or FLAC sound in this Ogg file`);
  const codec = codecOf(first)!;
  const rate = granuleRate(codec, first.body);
  const end = await lastGranule(file, first.serial);
  const pages = packetsOf(audioPages(file.stream(start), codec, rate));
  return {
    ...(end > 0 && { durationHint: end / rate }),
    blocks: codec === 'flac' ? decodeFlac(flacFrames(pages), flacInfo(first.body.subarray(17, 51))) : decodePackets(pages, { opus, vorbis }[codec]),
  };
}

function codecOf(page: OggPage): OggCodec | undefined {
  const text = String.fromCharCode(...page.body.subarray(0, 8));
  return identification.find(([, magic]) => text.startsWith(magic))?.[0];
}

/** Granules a second: Opus counts at 48 kHz whatever the recording had. */
function granuleRate(codec: OggCodec, body: Uint8Array): number {
  if (codec === 'opus') return 48000;
  if (codec === 'flac') return flacInfo(body.subarray(17, 51)).sampleRate;
  const rate = body.length < 16 ? 0 : new DataView(body.buffer, body.byteOffset).getUint32(12, true);
  if (rate === 0) throw damaged('the Vorbis header announces 0 Hz');
  return rate;
}

async function lastGranule(file: FileBytes, serial: number): Promise<number> {
  const tail = await file.read(Math.max(0, file.size - 2 * MAX_PAGE), 2 * MAX_PAGE);
  for (let at = tail.length - 27; at >= 0; at--) {
    const page = pageAt(tail, at);
    if (typeof page === 'object' && page.intact && page.serial === serial && page.granule > 0) return page.granule;
  }
  return 0;
}

/**
 * The pages of the sound, other streams of the file left out; chained streams of the same codec follow one another.
 * Errors: BAD_MEDIA for a wrong checksum, for bytes that are no page, and for a page that is cut by the end of the file.
 */
async function* audioPages(bytes: ByteStream, codec: OggCodec, rate: number): AsyncGenerator<OggPage> {
  let rest = new Uint8Array(0);
  let serial: number | undefined;
  let seconds = 0;
  let ended = false;
  for await (const piece of bytes) {
    const data = concat([rest, piece]);
    let at = 0;
    for (let page; (page = pageAt(data, at)); at += page.bytes.length) {
      if (typeof page === 'number') break;
      if (!page.intact) throw damaged(`the Ogg file is damaged at ${seconds.toFixed(1)} s`);
      if (page.flags & FIRST && codecOf(page) === codec && (serial === undefined || ended)) {
        serial = page.serial;
        ended = false;
      }
      if (page.serial !== serial) continue;
      if (page.granule > 0) seconds = page.granule / rate;
      ended = Boolean(page.flags & LAST);
      yield page;
    }
    rest = data.slice(at);
    if (rest.length > 0 && pageAt(rest, 0) === undefined) {
      if (ended) return; // something appended after the recording
      throw damaged(`the Ogg file is damaged at ${seconds.toFixed(1)} s`);
    }
  }
  if (rest.length > 0 && !ended) throw truncated('Ogg', seconds);
}

/** Each packet of sound is a frame, and begins as frames do; the others hold headers. */
async function* flacFrames(pages: AsyncIterable<PagePackets>): AsyncGenerator<Uint8Array> {
  for await (const { packets } of pages) yield* packets.filter((packet) => packet[0] === 0xff);
}
