import { EncodedPacketSink, FilePathSource, Input, MATROSKA, MP4, QTFF, WEBM, type InputAudioTrack } from 'mediabunny';
import { aacConfig, decodeAac } from './aac';
import { damaged, truncated, unsupported } from './faults';
import type { FileBytes } from './file-bytes';
import { decodeFlac, flacInfo } from './flac/flac';
import { checkMatroska } from './matroska-elements';
import { missingFromMp4, type Missing } from './mp4-boxes';
import { decodeMpeg } from './mpeg/mpeg';
import { opus } from './opus';
import { decodePackets, UNKNOWN, type PagePackets } from './packet-sound';
import { concat, pcmBlocks } from './pcm';
import { sampleReader, type SampleKind } from './samples';
import type { ByteStream, PcmBlock, PcmStream } from './stream';
import { vorbis } from './vorbis/vorbis';

const NO_COMMENT = new Uint8Array(0);
const formats = { mp4: [MP4, QTFF], matroska: [MATROSKA, WEBM] };

/**
 * MP4, M4A, MOV, MKV and WebM: mediabunny takes the container apart, our decoders read the sound of the first audio track.
 * Errors: BAD_MEDIA without a readable audio track or when the file is cut off, UNKNOWN_FORMAT for a codec that we do not have.
 */
export async function openContainer(file: FileBytes, kind: 'mp4' | 'matroska'): Promise<PcmStream> {
  const missing: Missing = kind === 'mp4' ? await missingFromMp4(file) : undefined;
  if (kind === 'matroska') await checkMatroska(file);
  if (missing === 'index') throw damaged('the MP4 file is cut off: its index is missing, so none of its sound can be found');
  const input = new Input({ source: new FilePathSource(file.path), formats: formats[kind] });
  try {
    const track = await input.getPrimaryAudioTrack();
    if (!track) throw damaged(`${file.path} has no audio track`, 'Choose a file with sound.');
    const duration = (await track.getDurationFromMetadata()) ?? undefined;
    const sound = await decodeTrack(track);
    return { ...(duration && { durationHint: duration }), blocks: toTheEnd(sound, input, missing === 'sound', duration) };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/** Passes the blocks on, closes the container, and says where a file that is cut ends. */
async function* toTheEnd(sound: AsyncIterable<PcmBlock>, input: Input, cut: boolean, duration: number | undefined): AsyncGenerator<PcmBlock> {
  let seconds = 0;
  try {
    for await (const block of sound) {
      seconds += block.channels[0]!.length / block.sampleRate;
      yield block;
    }
  } finally {
    input.dispose();
  }
  if (cut) throw truncated('MP4', seconds, duration);
}

async function decodeTrack(track: InputAudioTrack): Promise<AsyncIterable<PcmBlock>> {
  const codec = await track.getCodec();
  const config = await track.getDecoderConfig();
  if (!codec || !config) throw unsupported(`the audio track's codec (${String(await track.getInternalCodecId())}) cannot be read`);
  const packets = packetBytes(track);
  const description = config.description === undefined ? new Uint8Array(0) : bytesOf(config.description);
  const { sampleRate, numberOfChannels: channels } = config;
  switch (codec) {
    case 'aac':
      return trimmed(decodeAac(packets, aacConfig(description)), await track.getFirstTimestamp(), await track.getDurationFromMetadata());
    case 'opus':
      return decodePackets(afterHeaders([description.length > 0 ? description : opusHead(channels), NO_COMMENT], packets), opus);
    case 'vorbis':
      return decodePackets(afterHeaders(unlace(description), packets), vorbis);
    case 'flac':
      return decodeFlac(packets, { ...flacInfo(description.subarray(8, 42)), samples: 0 });
    case 'mp3':
      return decodeMpeg(packets);
    default: {
      const kind = pcmKind(codec);
      if (!kind) throw unsupported(`the audio track is ${codec}, which cannot be read`);
      const reader = sampleReader(kind);
      return pcmBlocks(packets, reader, { channels, sampleRate, frameBytes: reader.bytes * channels });
    }
  }
}

async function* packetBytes(track: InputAudioTrack): ByteStream & AsyncGenerator<Uint8Array> {
  for await (const packet of new EncodedPacketSink(track).packets()) yield packet.data;
}

/** Drops the encoder's delay, which the edit list puts before time zero, and the padding after the announced end. */
async function* trimmed(blocks: AsyncIterable<PcmBlock>, firstTimestamp: number, duration: number | null): AsyncGenerator<PcmBlock> {
  let at = firstTimestamp; // seconds
  for await (const { sampleRate, channels } of blocks) {
    const length = channels[0]!.length;
    const from = Math.min(length, Math.max(0, Math.round(-at * sampleRate)));
    const to = duration === null ? length : Math.min(length, Math.round((duration - at) * sampleRate));
    at += length / sampleRate;
    if (from < to) yield { sampleRate, channels: channels.map((plane) => plane.subarray(from, to)) };
  }
}

/** As Ogg would hold them, except that positions are not known here: nothing is trimmed by them. */
async function* afterHeaders(headers: Uint8Array[], packets: ByteStream): AsyncGenerator<PagePackets> {
  yield { packets: headers, first: true, last: false, granule: UNKNOWN };
  for await (const packet of packets) yield { packets: [packet], first: false, last: false, granule: UNKNOWN };
}

/** `CodecPrivate` of Vorbis: the sizes of two of the three headers in runs of 255, as in Ogg, then all three. */
function unlace(description: Uint8Array): Uint8Array[] {
  let at = 1;
  const size = () => {
    let sum = 0;
    do sum += description[at] ?? 0;
    while (description[at++] === 255);
    return sum;
  };
  const [first, second] = [size(), size()];
  const cuts = [at, at + first, at + first + second, description.length];
  return [0, 1, 2].map((i) => description.subarray(cuts[i], cuts[i + 1]));
}

/** RFC 7845, 5.1: version 1, no pre-skip, 48 kHz, no gain, mapping family 0. */
function opusHead(channels: number): Uint8Array {
  return concat([ascii('OpusHead'), Uint8Array.of(1, channels, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0)]);
}

function pcmKind(codec: string): SampleKind | undefined {
  const match = /^pcm-([suf])(8|16|24|32|64)(be)?$/.exec(codec);
  if (match) return (match[2] === '8' ? `${match[1]}8` : `${match[1]}${match[2]}${match[3] ?? 'le'}`) as SampleKind;
  return codec === 'alaw' || codec === 'ulaw' ? codec : undefined;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

function bytesOf(source: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
}
