/** Connectionist temporal classification (Graves et al., 2006): from probabilities per frame to symbols with times. */
import type { LogProbs } from './streaming';

/** One symbol of the vocabulary, as it was recognised. */
export interface CtcToken {
  symbol: number;
  start: number; // first frame
  end: number; // first frame behind it
  confidence: number; // highest posterior in the span, 0 to 1
}

/** Blocks of frames in, in order and of any length; tokens out. What comes out does not depend on the blocks. */
export interface CtcDecoder {
  /** The tokens that are now certain. */
  push(logProbs: LogProbs): CtcToken[];
  /** The tokens that were still open. */
  finish(): CtcToken[];
}

/** The best symbol of each frame; repeats are one token, blanks none. */
export class GreedyDecoder implements CtcDecoder {
  private frame = 0;
  private open: CtcToken | undefined;

  constructor(private readonly blank: number) {}

  push({ data, frames, vocabulary }: LogProbs): CtcToken[] {
    const closed: CtcToken[] = [];
    for (let i = 0; i < frames; i++, this.frame++) {
      const row = data.subarray(i * vocabulary, (i + 1) * vocabulary);
      const symbol = argmax(row);
      const posterior = Math.exp(row[symbol]!);
      if (this.open?.symbol === symbol) {
        this.open.end = this.frame + 1;
        this.open.confidence = Math.max(this.open.confidence, posterior);
        continue;
      }
      if (this.open) closed.push(this.open);
      this.open = symbol === this.blank ? undefined : { symbol, start: this.frame, end: this.frame + 1, confidence: posterior };
    }
    return closed;
  }

  finish(): CtcToken[] {
    const last = this.open ? [this.open] : [];
    this.open = undefined;
    return last;
  }
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
