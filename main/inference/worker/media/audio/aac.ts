import { AppError } from '../../../../contract/errors';
import { damaged, truncated, unsupported } from './faults';
import type { FileBytes } from './file-bytes';
import { concat } from './pcm';
import { adtsFrameLength } from './sniff';
import type { ByteStream, PcmBlock, PcmStream } from './stream';

/**
 * AAC-LC through the decoder of node-web-audio-api, which takes whole files only: packets get ADTS headers and are decoded 512 at a time
 * (2,048 are no faster and take 100 MB more).
 * A packet overlaps with the one before, so each chunk starts with two packets of the chunk before, whose output is dropped: sample exact.
 */
const CHUNK = 512; // packets
const LEAD_IN = 2; // packets
const PACKET_SAMPLES = 1024;
const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]; // Hz, by ADTS index

export interface AacConfig {
  rateIndex: number; // into RATES
  channels: number;
}

/** `AudioSpecificConfig` of MP4 and Matroska (ISO 14496-3, 1.6.2.1). HE-AAC (types 5 and 29) is decoded without its upper band. */
export function aacConfig(description: Uint8Array): AacConfig {
  const bits = ((description[0] ?? 0) << 8) | (description[1] ?? 0);
  const objectType = bits >> 11;
  const config = { rateIndex: (bits >> 7) & 15, channels: (bits >> 3) & 15 };
  if (![2, 5, 29].includes(objectType)) throw unsupported(`AAC object type ${objectType} cannot be read, only AAC-LC and HE-AAC`);
  return checked(config);
}

function checked(config: AacConfig): AacConfig {
  if (RATES[config.rateIndex] === undefined) throw damaged(`the AAC stream has an unknown sample rate (index ${config.rateIndex})`);
  if (config.channels !== 1 && config.channels !== 2) throw unsupported(`AAC with more than two channels cannot be read (layout ${config.channels})`);
  return config;
}

/** An `.aac` file: packets that carry their own headers. */
export async function openAdts(file: FileBytes, start: number): Promise<PcmStream> {
  const head = await file.read(start, 7);
  const config = checked({ rateIndex: (head[2]! >> 2) & 15, channels: ((head[2]! & 1) << 2) | (head[3]! >> 6) });
  return { blocks: decodeAac(adtsPackets(file.stream(start), RATES[config.rateIndex]!), config) };
}

async function* adtsPackets(bytes: ByteStream, sampleRate: number): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0);
  let packets = 0;
  for await (const piece of bytes) {
    const data = concat([rest, piece]);
    let at = 0;
    for (let length; (length = adtsFrameLength(data, at)) > 0 && at + length <= data.length; at += length, packets++) {
      yield data.subarray(at + (data[at + 1]! & 1 ? 7 : 9), at + length); // nine bytes with a checksum
    }
    if (at + 7 <= data.length && adtsFrameLength(data, at) === 0) {
      throw damaged(`the AAC stream is damaged at ${((packets * PACKET_SAMPLES) / sampleRate).toFixed(1)} s`);
    }
    rest = data.slice(at);
  }
  if (rest.length > 0) throw truncated('AAC', (packets * PACKET_SAMPLES) / sampleRate);
}

/** Raw AAC packets, without headers -> blocks of up to 512 x 1,024 samples. */
export async function* decodeAac(packets: AsyncIterable<Uint8Array>, config: AacConfig): AsyncGenerator<PcmBlock> {
  const decode = await chunkDecoder(config);
  let chunk: Uint8Array[] = [];
  let leadIn = 0; // packets at the head of `chunk` that were in the chunk before
  let done = 0; // seconds
  const flush = async () => {
    const block = await decode(chunk, leadIn, done);
    done += block.channels[0]!.length / block.sampleRate;
    chunk = chunk.slice(-LEAD_IN);
    leadIn = chunk.length;
    return block;
  };
  for await (const packet of packets) {
    chunk.push(adtsPacket(packet, config));
    if (chunk.length === CHUNK + leadIn) yield await flush();
  }
  if (chunk.length > leadIn) yield await flush();
}

function adtsPacket(packet: Uint8Array, { rateIndex, channels }: AacConfig): Uint8Array {
  const length = packet.length + 7;
  if (length > 0x1fff) throw damaged(`an AAC packet of ${packet.length} bytes is longer than the format allows`);
  const header = [0xff, 0xf1, 0x40 | (rateIndex << 2) | (channels >> 2), ((channels & 3) << 6) | (length >> 11), (length >> 3) & 255, ((length & 7) << 5) | 0x1f, 0xfc];
  return concat([Uint8Array.from(header), packet]);
}

async function chunkDecoder({ rateIndex, channels }: AacConfig) {
  const sampleRate = RATES[rateIndex]!;
  const { OfflineAudioContext } = await loadWebAudio();
  const context = new OfflineAudioContext(1, 1, sampleRate);
  return async (packets: Uint8Array[], leadIn: number, seconds: number): Promise<PcmBlock> => {
    const buffer = await context.decodeAudioData(concat(packets).buffer).catch((error: unknown) => {
      throw damaged(`the AAC stream is damaged after ${seconds.toFixed(1)} s (${error instanceof Error ? error.message : String(error)})`);
    });
    if (buffer.length !== packets.length * PACKET_SAMPLES) throw damaged(`the AAC stream is damaged after ${seconds.toFixed(1)} s`);
    const planes = Array.from({ length: Math.min(channels, buffer.numberOfChannels) }, (_, channel) => {
      const plane = new Float32Array(buffer.length - leadIn * PACKET_SAMPLES);
      buffer.copyFromChannel(plane, channel, leadIn * PACKET_SAMPLES);
      return plane;
    });
    return { sampleRate, channels: planes };
  };
}

/** Loaded when AAC is met: on Linux the package needs the ALSA library, which a server may not have. */
async function loadWebAudio() {
  try {
    return await import('node-web-audio-api');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('NATIVE_FAILED', `the AAC decoder could not be loaded: ${reason}`, 'On Linux install ALSA (Debian: apt install libasound2), or convert the file to WAV.');
  }
}
