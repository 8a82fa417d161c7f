import type { FileBytes } from '../file-bytes';
import type { ByteStream, PcmBlock, PcmStream } from '../stream';
import { FrameDecoder } from './frame-decoder';
import { FrameWalker, type Frame } from './frame-walker';
import { frameHeader, freeLength, LONGEST_FRAME } from './header';
import { infoTag } from './info-tag';

const DECODER_DELAY = 529; // samples, of layer III, which encoders do not count

export async function openMpeg(file: FileBytes, start: number): Promise<PcmStream> {
  const head = await file.read(start, 3 * LONGEST_FRAME);
  const durationHint = duration(head, file.size - start);
  return { ...(durationHint !== undefined && { durationHint }), blocks: decodeMpeg(file.stream(start)) };
}

/** Seconds; without a tag as if every frame were as long as the first. */
function duration(head: Uint8Array, size: number): number | undefined {
  const unmeasured = frameHeader(head, 0);
  const first = unmeasured?.free ? frameHeader(head, 0, freeLength(head, 0, unmeasured)) : unmeasured;
  if (!first?.bytes) return undefined;
  const frames = infoTag(head.subarray(0, first.bytes), first)?.frames ?? size / first.bytes;
  return (frames * first.samples) / first.sampleRate;
}

/**
 * MPEG audio, layers I to III -> a block a frame.
 * Errors: BAD_MEDIA when the last frame is cut, when fewer frames come than the tag in the first one announces, or when more than 64 KiB are not frames.
 */
export async function* decodeMpeg(bytes: ByteStream): AsyncGenerator<PcmBlock> {
  const walker = new FrameWalker();
  const sound = new TrimmedSound(walker);
  for await (const piece of bytes) for (const frame of walker.push(piece)) yield* sound.decode(frame);
  for (const frame of walker.finish()) yield* sound.decode(frame);
}

/** Leaves out what the encoder added at both ends, if the stream's tag tells how much. */
class TrimmedSound {
  private readonly decoder = new FrameDecoder();
  private at = 0; // samples

  constructor(private readonly walker: FrameWalker) {}

  *decode(frame: Frame): Generator<PcmBlock> {
    const { sampleRate, samples } = frame.header;
    const channels = this.decoder.decode(frame);
    const { frames = 0, trim } = this.walker.tag ?? {};
    const end = frames * samples;
    const isTrimmed = trim !== undefined && this.at < end; // what follows the announced frames is whole
    const from = isTrimmed ? Math.min(samples, Math.max(0, trim.delay + DECODER_DELAY - this.at)) : 0;
    const to = isTrimmed ? Math.min(samples, Math.max(from, end - trim.padding + DECODER_DELAY - this.at)) : samples;
    this.at += samples;
    if (from < to) yield { sampleRate, channels: channels.map((plane) => plane.subarray(from, to)) };
  }
}
