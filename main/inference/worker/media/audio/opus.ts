import { OpusDecoder } from 'opus-decoder';
import { damaged } from './faults';
import type { Codec } from './packet-sound';
import { quietly } from './quietly';

const LONGEST_PACKET = 3840; // bytes a channel: the decoder's limit, 256 kbit/s for 120 ms

/** Opus, always at 48 kHz. Its headers: OpusHead and OpusTags (RFC 7845, 5). */
export const opus: Codec = {
  name: 'Opus',
  headers: 2,
  async open([head]) {
    const { channels, preSkip, streams } = readHead(head!);
    const decoder = new OpusDecoder({ channels, ...streams });
    await decoder.ready;
    return {
      sampleRate: 48000,
      skip: preSkip,
      decode(packet) {
        if (packet.length > LONGEST_PACKET * channels) return undefined;
        const { channelData, errors } = quietly(() => decoder.decodeFrame(packet));
        return errors.length > 0 ? undefined : channelData;
      },
      free: () => decoder.free(),
    };
  },
};

function readHead(head: Uint8Array) {
  const channels = head[9] ?? 0;
  const family = head[18] ?? 0; // of the channels' order; 0: one stream of one or two channels
  const length = family === 0 ? 19 : 21 + channels;
  if (head.length < length || channels === 0 || (family === 0 && channels > 2)) throw damaged('the Opus header is damaged');
  const streams = family === 0 ? {} : { streamCount: head[19]!, coupledStreamCount: head[20]!, channelMappingTable: [...head.subarray(21, length)] };
  return { channels, preSkip: head[10]! | (head[11]! << 8), streams };
}
