/** Feeds sound window by window to an enhancer that hears a whole recording at once. */
import type { WindowLayout } from '../../architectures';
import type { Run } from './stream';

/**
 * A recording of up to one window is heard as a whole, as its authors do. A longer one is cut into windows that overlap, the last one full too, and
 * the answers are faded into each other: that bounds memory, and differs from hearing the whole.
 */
export class EnhanceWindows {
  private readonly buffer: Float32Array;
  private filled = 0;
  /** the window before, as it was heard */
  private before: Float32Array | undefined;
  /** the end of the answer before, which fades out */
  private fading = new Float32Array(0);

  constructor(
    private readonly run: Run,
    private readonly layout: WindowLayout,
  ) {
    this.buffer = new Float32Array(layout.longest);
  }

  /** Mono samples at the model's rate, any number of them. */
  async *push(pcm: Float32Array): AsyncGenerator<Float32Array> {
    const { longest, overlap } = this.layout;
    for (let at = 0; at < pcm.length; ) {
      // a full window waits for one sample more, for it may be the last
      if (this.filled === longest) {
        const heard = this.buffer.slice();
        const answer = this.faded(await this.hear(heard));
        yield answer.slice(0, longest - overlap);
        this.fading = answer.slice(longest - overlap);
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

  /** The rest of the output. */
  async *finish(): AsyncGenerator<Float32Array> {
    if (this.filled === 0) return;
    const { longest, shortest, overlap } = this.layout;
    const fresh = this.buffer.subarray(0, this.filled);
    const missing = this.before ? longest - this.filled : 0;
    const window = new Float32Array(Math.max(shortest, missing + this.filled));
    if (this.before) window.set(this.before.subarray(longest - overlap - missing, longest - overlap));
    window.set(fresh, missing);
    yield this.faded((await this.hear(window)).subarray(missing, missing + this.filled));
  }

  private async hear(window: Float32Array): Promise<Float32Array> {
    return (await this.run({ pcm: { type: 'float32', dims: [1, window.length], data: window } }))['enhanced']!.data;
  }

  private faded(answer: Float32Array): Float32Array {
    const result = answer.slice();
    for (const [i, old] of this.fading.entries()) {
      const share = (i + 0.5) / this.fading.length;
      result[i] = share * answer[i]! + (1 - share) * old;
    }
    return result;
  }
}
