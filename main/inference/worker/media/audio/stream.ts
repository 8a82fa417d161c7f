/** What every reader of a format gives: the sound block by block, as the file stores it. */

/** Channels of equal length, samples nominally in [-1, 1]. Rate and channel count may change from block to block (chained streams). */
export interface PcmBlock {
  sampleRate: number; // Hz
  channels: Float32Array[];
}

export interface PcmStream {
  durationHint?: number; // seconds, from headers or an estimate: for progress only
  blocks: AsyncIterable<PcmBlock>;
}

/** Bytes of one elementary stream, in pieces of any length. */
export type ByteStream = AsyncIterable<Uint8Array>;
