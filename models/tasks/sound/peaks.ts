/** The outline of a recording: the lowest and the highest sample of each short stretch as Int8, full scale at 127. */
export class PeakMeter {
  private low = Infinity;
  private high = -Infinity;
  private filled = 0;

  /** `stretch`: samples that one pair stands for. */
  constructor(private readonly stretch: number) {}

  /** Pairs (lowest, highest) of the stretches that became full. */
  push(pcm: Float32Array): Int8Array {
    const pairs = new Int8Array(2 * Math.floor((this.filled + pcm.length) / this.stretch));
    let at = 0;
    for (let i = 0; i < pcm.length; i++) {
      const sample = pcm[i]!;
      if (sample < this.low) this.low = sample;
      if (sample > this.high) this.high = sample;
      if (++this.filled < this.stretch) continue;
      pairs.set(this.take(), at);
      at += 2;
    }
    return pairs;
  }

  /** The pair of what is left, if anything is. */
  finish(): Int8Array {
    return this.filled > 0 ? Int8Array.from(this.take()) : new Int8Array(0);
  }

  private take(): [number, number] {
    const pair: [number, number] = [toInt8(this.low), toInt8(this.high)];
    this.low = Infinity;
    this.high = -Infinity;
    this.filled = 0;
    return pair;
  }
}

function toInt8(sample: number): number {
  return Math.round(127 * Math.min(1, Math.max(-1, sample)));
}
