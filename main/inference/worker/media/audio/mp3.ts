import { MPEGDecoder } from 'mpg123-decoder';
import { damaged, truncated } from './faults';
import type { FileBytes } from './file-bytes';
import { announcedFrames, findFrame, frameHeader, type FrameHeader } from './mp3-frames';
import { concat } from './pcm';
import { quietly } from './quietly';
import { id3Length } from './sniff';
import type { ByteStream, PcmBlock, PcmStream } from './stream';

const TOLERATED_JUNK = 64 * 1024; // bytes between frames in a whole stream: players skip them too
const TRAILERS = ['TAG', 'APETAGEX', 'LYRICSBEGIN']; // tags after the last frame

export async function openMp3(file: FileBytes, start: number): Promise<PcmStream> {
  const head = await file.read(start, 4096);
  const first = frameHeader(head, 0);
  const duration = first && announcedSeconds(head, 0, first);
  return {
    // without a Xing tag: as if every frame were as long as the first
    ...(first && { durationHint: duration ?? (((file.size - start) / first.bytes) * first.samples) / first.sampleRate }),
    blocks: decodeMp3(file.stream(start)),
  };
}

/**
 * MPEG audio layers I to III. Only whole frames reach the decoder; what stands between them is skipped.
 * Errors: BAD_MEDIA when the last frame is cut, when fewer frames come than the Xing tag announces, or when more than 64 KiB are not frames.
 */
export async function* decodeMp3(bytes: ByteStream): AsyncGenerator<PcmBlock> {
  const walker = new FrameWalker();
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    for await (const piece of bytes) {
      const frames = walker.push(piece);
      if (frames.length === 0) continue;
      const { channelData, samplesDecoded, sampleRate } = quietly(() => decoder.decode(frames));
      if (samplesDecoded > 0) yield { sampleRate, channels: channelData };
    }
    walker.finish();
  } finally {
    decoder.free();
  }
}

class FrameWalker {
  private rest: Uint8Array = new Uint8Array(0);
  private stream: number | undefined; // of the frame before, while in step
  private seconds = 0;
  private announced: number | undefined; // seconds
  private started = false;
  private junk = 0;
  private skip = 0; // bytes of a tag that are still to come

  /** The whole frames that `piece` completes, one after the other. */
  push(piece: Uint8Array): Uint8Array {
    const data = this.skip >= piece.length ? new Uint8Array(0) : concat([this.rest, piece.subarray(this.skip)]);
    this.skip = Math.max(0, this.skip - piece.length);
    const frames: Uint8Array[] = [];
    let at = 0;
    while (at + 4 <= data.length) {
      const header = frameHeader(data, at);
      if (header && (this.stream === undefined || header.stream === this.stream)) {
        if (at + header.bytes > data.length) break;
        this.count(data, at, header);
        frames.push(data.subarray(at, at + header.bytes));
        at += header.bytes;
        continue;
      }
      if (isTrailer(data, at)) {
        at = data.length;
        this.skip = Infinity;
        break;
      }
      const next = this.nextFrame(data, at);
      if (next === undefined) break;
      at = next;
    }
    this.rest = data.slice(at);
    return concat(frames);
  }

  finish(): void {
    const header = frameHeader(this.rest, 0);
    const cut = header !== undefined && (this.stream === undefined || header.stream === this.stream);
    const missing = this.announced !== undefined && this.seconds < this.announced - 0.1;
    if (missing) throw truncated('MP3', this.seconds, this.announced);
    if (cut && this.announced === undefined) throw truncated('MP3', this.seconds);
  }

  private count(data: Uint8Array, at: number, header: FrameHeader): void {
    this.stream = header.stream;
    if (!this.started) {
      this.started = true;
      this.announced = announcedSeconds(data, at, header);
      if (this.announced !== undefined) return; // the tag's own frame holds no sound
    }
    this.seconds += header.samples / header.sampleRate;
  }

  /** Where to go on after `at`, which is not a frame; undefined: with the next piece. */
  private nextFrame(data: Uint8Array, at: number): number | undefined {
    const tag = id3Length(data.subarray(at, at + 10));
    if (tag > 0) {
      this.skip = Math.max(0, at + tag - data.length);
      return Math.min(at + tag, data.length);
    }
    const found = findFrame(data, at, 1);
    const to = found ?? data.length - 3; // a header may begin in the last three bytes
    for (let i = at; i < to; i++) if (data[i] !== 0) this.junk++;
    if (this.junk > TOLERATED_JUNK) throw damaged(`the MP3 stream is damaged after ${this.seconds.toFixed(1)} s`);
    if (found !== undefined) this.stream = undefined;
    return to;
  }
}

function announcedSeconds(data: Uint8Array, at: number, header: FrameHeader): number | undefined {
  const frames = announcedFrames(data, at, header);
  return frames && (frames * header.samples) / header.sampleRate;
}

function isTrailer(data: Uint8Array, at: number): boolean {
  return TRAILERS.some((name) => String.fromCharCode(...data.subarray(at, at + name.length)) === name);
}
