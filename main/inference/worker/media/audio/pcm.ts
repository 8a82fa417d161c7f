import type { SampleReader } from './samples';
import type { ByteStream, PcmBlock } from './stream';

interface FrameLayout {
  channels: number;
  sampleRate: number; // Hz
  frameBytes: number; // all channels of one instant
}

/** Interleaved samples -> blocks; an incomplete frame at the end is dropped. */
export async function* pcmBlocks(bytes: ByteStream, reader: SampleReader, layout: FrameLayout): AsyncGenerator<PcmBlock> {
  const { channels, sampleRate, frameBytes } = layout;
  let rest = new Uint8Array(0);
  for await (const piece of bytes) {
    const data = concat([rest, piece]);
    const frames = Math.floor(data.length / frameBytes);
    rest = data.slice(frames * frameBytes);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const planes = Array.from({ length: channels }, () => new Float32Array(frames));
    planes.forEach((plane, channel) => {
      for (let i = 0, at = channel * reader.bytes; i < frames; i++, at += frameBytes) plane[i] = reader.read(view, at);
    });
    if (frames > 0) yield { sampleRate, channels: planes };
  }
}

export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
