import type { CtcToken } from './ctc';
import { PAUSE, segmentWords, type Segment, type Transcript } from './segments';
import type { SilenceGuard } from './silence';
import { frameTime, wordsFromTokens, type WordOptions } from './words';

/** `segments` replace all from index `from` on; those before it never change again. */
export interface News {
  from: number;
  segments: Segment[];
}

/** By this share the open part has to grow before it is told again, so that a recording without pauses does not cost the square of its length. */
const GROWTH = 1 / 50;

/** A transcript in the making. What stands before a pause of certain words is settled at once; the end is the same as that of all tokens together. */
export class GrowingTranscript {
  private readonly settled: Segment[] = [];
  private told = 0; // settled segments that the last news held
  private open: CtcToken[] = []; // behind the settled segments
  private fresh = 0; // of these, since the last news

  constructor(
    private readonly guard: SilenceGuard,
    private readonly options: Omit<WordOptions, 'duration'>,
  ) {}

  add(tokens: readonly CtcToken[]): void {
    for (const token of tokens) this.open.push(token);
    this.fresh += tokens.length;
  }

  /** What is new after `duration` seconds of sound; undefined where nothing is, or too little. */
  news(duration: number): News | undefined {
    if (this.fresh === 0 || this.fresh < GROWTH * this.open.length) return undefined;
    this.fresh = 0;
    this.settle(duration);
    const from = this.told;
    this.told = this.settled.length;
    return { from, segments: [...this.settled.slice(from), ...this.segmentsOf(this.kept(), duration)] };
  }

  /** Call it once, when the guard has ended too. */
  finish(duration: number): Transcript {
    return { language: 'en', duration, segments: [...this.settled, ...this.segmentsOf(this.kept(), duration)] };
  }

  /** Moves everything before the last certain pause out of the open part. */
  private settle(duration: number): void {
    const { vocabulary } = this.options;
    let before: CtcToken | undefined; // the letter before
    let apart = false; // a space came since
    let cut = 0;
    for (const [i, token] of this.open.entries()) {
      if (!this.guard.isCertain(token)) break;
      if (!this.guard.keeps(token)) continue;
      if (vocabulary[token.symbol] === ' ') {
        apart = true;
        continue;
      }
      const at = (frame: number) => frameTime(frame, { ...this.options, duration });
      if (before && apart && at(token.start) - at(before.end) >= PAUSE) cut = i;
      before = token;
      apart = false;
    }
    if (cut === 0) return;
    this.settled.push(...this.segmentsOf(this.open.slice(0, cut).filter((token) => this.guard.keeps(token)), duration));
    this.open = this.open.slice(cut);
  }

  private kept(): CtcToken[] {
    return this.open.filter((token) => this.guard.keeps(token));
  }

  private segmentsOf(tokens: readonly CtcToken[], duration: number): Segment[] {
    return segmentWords(wordsFromTokens(tokens, { ...this.options, duration }));
  }
}
