import type { DecodedWord } from './ctc';
import { PAUSE, segmentWords, type Segment, type Transcript } from './segments';
import type { SilenceGuard } from './silence';
import { frameTime, timedWord, type WordTiming } from './words';

/** `segments` replace all from index `from` on; those before it never change again. */
export interface News {
  from: number;
  segments: Segment[];
}

/** By this share the open part has to grow before it is told again, so that a recording without pauses does not cost the square of its length. */
const GROWTH = 1 / 50;

/** A transcript in the making. What stands before a pause of certain words is settled at once; the end is the same as that of all words together. */
export class GrowingTranscript {
  private readonly settled: Segment[] = [];
  private told = 0; // settled segments that the last news held
  private open: DecodedWord[] = []; // behind the settled segments
  private toldWords = 0; // how much the last news held behind the settled segments, in words and letters of the last one
  private toldPending = '';

  constructor(
    private readonly guard: SilenceGuard,
    private readonly timing: Omit<WordTiming, 'duration'>,
  ) {}

  /** Words that will not change. */
  add(words: readonly DecodedWord[]): void {
    for (const word of words) this.open.push(word);
  }

  /** What is new after `duration` seconds of sound, `pending` words behind those that were added included; undefined where nothing is, or too little. */
  news(duration: number, pending: readonly DecodedWord[] = []): News | undefined {
    const behind = pending.map(({ text }) => text).join(' ');
    const fresh = this.open.length - this.toldWords + (behind === this.toldPending ? 0 : 1);
    if (fresh <= 0 || fresh < GROWTH * (this.open.length + pending.length)) return undefined;
    this.settle(duration);
    [this.toldWords, this.toldPending] = [this.open.length, behind];
    const from = this.told;
    this.told = this.settled.length;
    return { from, segments: [...this.settled.slice(from), ...this.segmentsOf([...this.open, ...pending], duration, false)] };
  }

  /** Call it once, when the guard has ended too. */
  finish(duration: number): Transcript {
    return { language: 'en', duration, segments: [...this.settled, ...this.segmentsOf(this.open, duration)] };
  }

  /** Moves everything before the last certain pause out of the open part. */
  private settle(duration: number): void {
    const at = (frame: number) => frameTime(frame, { ...this.timing, duration });
    let before: DecodedWord | undefined;
    let cut = 0;
    for (const [i, word] of this.open.entries()) {
      if (!this.guard.isCertain(word)) break;
      if (!this.guard.keeps(word)) continue;
      if (before && at(word.start) - at(before.end) >= PAUSE) cut = i;
      before = word;
    }
    if (cut === 0) return;
    this.settled.push(...this.segmentsOf(this.open.slice(0, cut), duration));
    this.open = this.open.slice(cut);
  }

  private segmentsOf(words: readonly DecodedWord[], duration: number, ended = true): Segment[] {
    const kept = words.filter((word) => this.guard.keeps(word));
    return segmentWords(kept.map((word) => timedWord(word, { ...this.timing, duration })), ended);
  }
}
