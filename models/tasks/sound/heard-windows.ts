/** Feeds sound window by window to a model that hears a whole recording at once. */
import type { WindowLayout } from '../../architectures';

/** Mono samples -> as many of each channel of the model's answer. */
export type Hear = (window: Float32Array) => Promise<Float32Array[]>;

/**
 * A recording of up to one window is heard as a whole, as its authors do. A longer one is cut into windows that overlap, the last one full too, and
 * the answers are faded into each other: that bounds memory, and differs from hearing the whole.
 */
export class HeardWindows {
  private readonly buffer: Float32Array;
  private filled = 0;
  /** the window before, as it was heard */
  private before: Float32Array | undefined;
  /** the end of the answer before, which fades out */
  private fading: Float32Array[] = [];

  /** `arrange` puts the channels of an answer into the order of what fades out, which it begins with in its own way. */
  constructor(
    private readonly hear: Hear,
    private readonly layout: Omit<WindowLayout, 'calls'>,
    private readonly arrange: (answer: Float32Array[], fading: readonly Float32Array[]) => Float32Array[] = (answer) => answer,
  ) {
    this.buffer = new Float32Array(layout.longest);
  }

  /** Mono samples at the model's rate, any number of them. */
  async *push(pcm: Float32Array): AsyncGenerator<Float32Array[]> {
    const { longest, overlap } = this.layout;
    for (let at = 0; at < pcm.length; ) {
      // a full window waits for one sample more, for it may be the last
      if (this.filled === longest) {
        const heard = this.buffer.slice();
        const answer = this.faded(await this.hear(heard));
        yield answer.map((channel) => channel.slice(0, longest - overlap));
        this.fading = answer.map((channel) => channel.slice(longest - overlap));
        this.before = heard;
        this.buffer.copyWithin(0, longest - overlap);
        this.filled = overlap;
      }
      const piece = pcm.subarray(at, at + longest - this.filled);
      this.buffer.set(piece, this.filled);
      this.filled += piece.length;
      at += piece.length;
    }
  }

  /** The rest of the output: altogether as many samples as came in. */
  async *finish(): AsyncGenerator<Float32Array[]> {
    if (this.filled === 0) return;
    const { longest, shortest, overlap } = this.layout;
    const fresh = this.buffer.subarray(0, this.filled);
    const missing = this.before ? longest - this.filled : 0;
    const window = new Float32Array(Math.max(shortest, missing + this.filled));
    if (this.before) window.set(this.before.subarray(longest - overlap - missing, longest - overlap));
    window.set(fresh, missing);
    yield this.faded((await this.hear(window)).map((channel) => channel.subarray(missing, missing + this.filled)));
  }

  private faded(answer: Float32Array[]): Float32Array[] {
    if (this.fading.length === 0) return answer;
    return this.arrange(answer, this.fading).map((channel, which) => {
      const old = this.fading[which]!;
      const result = channel.slice();
      for (let i = 0; i < old.length; i++) {
        const share = (i + 0.5) / old.length;
        result[i] = share * channel[i]! + (1 - share) * old[i]!;
      }
      return result;
    });
  }
}
