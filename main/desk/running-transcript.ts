import type { TranscriptNews } from '../contract/transcript';

/** All that is known so far of a transcript in the making. */
export class RunningTranscript {
  private readonly segments: TranscriptNews['segments'] = [];

  apply({ from, segments }: TranscriptNews): void {
    this.segments.length = Math.min(from, this.segments.length);
    for (const segment of segments) this.segments.push(segment);
  }

  all(): TranscriptNews {
    return { from: 0, segments: [...this.segments] };
  }
}
