import { damaged, truncated } from '../faults';
import { concat } from '../pcm';
import { id3Length } from '../sniff';
import { findFrame, frameHeader, freeLength, LONGEST_FRAME, type FrameHeader } from './header';
import { infoTag, type InfoTag } from './info-tag';

const TOLERATED_JUNK = 64 * 1024; // bytes between frames in a whole stream: players skip them too
const TRAILERS = ['TAG', 'APETAGEX', 'LYRICSBEGIN']; // tags after the last frame

export interface Frame {
  header: FrameHeader;
  bytes: Uint8Array;
}

/** Cuts a stream into whole frames; what stands between them is skipped. */
export class FrameWalker {
  /** Of the first frame, which then holds no sound and is left out. */
  tag: InfoTag | undefined;
  private rest: Uint8Array = new Uint8Array(0);
  private stream: number | undefined; // of the frame before, while in step
  private freeLength = 0; // bytes of a frame without padding, of a free-format stream
  private seconds = 0;
  private announced: number | undefined; // seconds
  private started = false;
  private junk = 0;
  private skip = 0; // bytes of a tag that are still to come

  /** The frames that `piece` completes. Errors: BAD_MEDIA when more than 64 KiB so far are not frames. */
  push(piece: Uint8Array): Frame[] {
    const data = this.skip >= piece.length ? new Uint8Array(0) : concat([this.rest, piece.subarray(this.skip)]);
    this.skip = Math.max(0, this.skip - piece.length);
    return this.walk(data, false);
  }

  /** The frames that are left at the end. Errors: BAD_MEDIA when the last one is cut, or fewer came than the tag announces. */
  finish(): Frame[] {
    const frames = this.walk(this.rest, true);
    const missing = this.announced !== undefined && this.seconds < this.announced - 0.1;
    if (missing) throw truncated('MP3', this.seconds, this.announced);
    if (this.announced === undefined && this.headerAt(this.rest, 0)) throw truncated('MP3', this.seconds);
    return frames;
  }

  private walk(data: Uint8Array, last: boolean): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    while (at + 4 <= data.length) {
      const header = this.headerAt(data, at);
      if (header?.free && header.bytes === 0 && !last && data.length - at < 2 * LONGEST_FRAME) break;
      if (header && header.bytes > 0) {
        if (at + header.bytes > data.length) break;
        const frame = { header, bytes: data.subarray(at, at + header.bytes) };
        if (this.isSound(frame)) frames.push(frame);
        at += header.bytes;
        continue;
      }
      if (isTrailer(data, at)) {
        at = data.length;
        this.skip = Infinity;
        break;
      }
      at = this.nextFrame(data, at);
    }
    this.rest = data.slice(at);
    return frames;
  }

  /** The header at `at` if it is of the stream; of free format with its length, where it can be told. */
  private headerAt(data: Uint8Array, at: number): FrameHeader | undefined {
    const header = frameHeader(data, at, this.freeLength);
    if (!header || (this.stream !== undefined && header.stream !== this.stream)) return undefined;
    if (!header.free || this.stream !== undefined) return header;
    this.freeLength = freeLength(data, at, header);
    return frameHeader(data, at, this.freeLength);
  }

  private isSound({ header, bytes }: Frame): boolean {
    this.stream = header.stream;
    if (!this.started) {
      this.started = true;
      this.tag = infoTag(bytes, header);
      if (this.tag?.frames !== undefined) this.announced = (this.tag.frames * header.samples) / header.sampleRate;
      if (this.tag) return false;
    }
    this.seconds += header.samples / header.sampleRate;
    return true;
  }

  /** Where to go on after `at`, which is not a frame. */
  private nextFrame(data: Uint8Array, at: number): number {
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

function isTrailer(data: Uint8Array, at: number): boolean {
  return TRAILERS.some((name) => String.fromCharCode(...data.subarray(at, at + name.length)) === name);
}
