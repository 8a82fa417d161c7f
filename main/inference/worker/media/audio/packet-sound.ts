/** Sound of the codecs whose packets a container holds one by one, Opus and Vorbis. */
import { damaged } from './faults';
import type { PcmBlock } from './stream';

export const UNKNOWN = -1;

/** The packets that end on one page of Ogg. */
export interface PagePackets {
  packets: Uint8Array[];
  first: boolean; // a stream begins here, with its headers
  last: boolean; // it ends here
  granule: number; // where the sound of the last packet ends, in samples, or UNKNOWN
}

export interface PacketDecoder {
  sampleRate: number; // Hz
  skip: number; // samples at the beginning that are no sound
  /** Samples of each channel; undefined: the packet is damaged. */
  decode(packet: Uint8Array): Float32Array[] | undefined;
  free(): void;
}

export interface Codec {
  name: string;
  headers: number; // packets before the sound
  open(headers: Uint8Array[]): Promise<PacketDecoder>;
}

/** A block a page. Each of several chained streams gets a decoder of its own. Errors: BAD_MEDIA for a damaged header or packet. */
export async function* decodePackets(pages: AsyncIterable<PagePackets>, codec: Codec): AsyncGenerator<PcmBlock> {
  let decoder: PacketDecoder | undefined;
  let headers: Uint8Array[] = [];
  let begin: number | undefined; // where the sound begins, and
  let at = 0; // where it has come to, both as granules count
  let seconds = 0; // of all streams
  try {
    for await (const page of pages) {
      if (page.first) {
        decoder?.free();
        [decoder, headers, begin] = [undefined, [], undefined];
      }
      const missing = decoder ? 0 : codec.headers - headers.length;
      headers.push(...page.packets.slice(0, missing));
      if (!decoder && headers.length === codec.headers) decoder = await codec.open(headers);
      const packets = page.packets.slice(missing);
      if (!decoder || packets.length === 0) continue;
      const channels = decodeAll(decoder, packets);
      if (!channels) throw damaged(`the ${codec.name} stream is damaged at ${seconds.toFixed(1)} s`);
      const length = channels[0]!.length;
      if (begin === undefined) {
        at = page.last || page.granule === UNKNOWN ? 0 : Math.max(0, page.granule - length); // more than 0: cut out of a longer stream
        begin = at + decoder.skip;
      }
      const from = Math.min(length, Math.max(0, begin - at));
      const to = page.last && page.granule !== UNKNOWN ? Math.min(length, Math.max(from, page.granule - at)) : length;
      at += length;
      seconds += (to - from) / decoder.sampleRate;
      if (from < to) yield { sampleRate: decoder.sampleRate, channels: channels.map((plane) => plane.subarray(from, to)) };
    }
  } finally {
    decoder?.free();
  }
}

function decodeAll(decoder: PacketDecoder, packets: Uint8Array[]): Float32Array[] | undefined {
  const pieces: Float32Array[][] = [];
  for (const packet of packets) {
    const piece = decoder.decode(packet);
    if (!piece) return undefined;
    pieces.push(piece);
  }
  return pieces[0]!.map((_, channel) => joined(pieces.map((piece) => piece[channel]!)));
}

function joined(pieces: Float32Array[]): Float32Array {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
