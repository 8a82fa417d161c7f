/** Feeds sound to a streaming enhancer run by run and gives back as many samples as came in. */
import type { StatePort, StreamLayout } from '../../architectures';

export interface FloatTensor {
  type: 'float32';
  dims: number[];
  data: Float32Array;
}

/** One run: `pcm`, `remaining` and the states in, `enhanced` and the states out. */
export type Run = (feeds: Record<string, FloatTensor>) => Promise<Record<string, FloatTensor>>;

/** What `remaining` says while more sound may come. */
const UNKNOWN = 2 ** 30;

/**
 * Cuts sound into runs of the model's layout, carries its states, fills up the end with zeros and takes its delay out. However the sound is cut,
 * the output is the same; memory is that of one run.
 */
export class EnhanceStream {
  private readonly states: Map<string, FloatTensor>;
  private readonly runSamples: number;
  private readonly buffer: Float32Array;
  private filled = 0;
  private received = 0;
  private fed = 0;
  private emitted = 0;
  private late: number;

  /** `samplesPerRun` is met as nearly as the layout allows; it changes speed and memory, not the result. */
  constructor(
    private readonly run: Run,
    private readonly ports: readonly StatePort[],
    private readonly layout: StreamLayout,
    samplesPerRun: number,
  ) {
    const { step, longest, lead, delay } = layout;
    this.runSamples = Math.max(step, Math.floor(Math.min(samplesPerRun, longest) / step) * step);
    this.buffer = new Float32Array(lead + this.runSamples);
    this.late = delay;
    this.states = new Map(ports.map(({ input, dims }) => [input, floats(dims, new Float32Array(dims.reduce((product, dim) => product * dim, 1)))]));
  }

  /** Mono samples at the model's rate, any number of them. */
  async *push(pcm: Float32Array): AsyncGenerator<Float32Array> {
    this.received += pcm.length;
    for (let at = 0; at < pcm.length; ) {
      // a full run waits for one sample more, for it may be the last
      if (this.filled === this.next()) yield* this.feed(UNKNOWN);
      const piece = pcm.subarray(at, at + this.next() - this.filled);
      this.buffer.set(piece, this.filled);
      this.filled += piece.length;
      at += piece.length;
    }
  }

  /** The rest of the output. */
  async *finish(): AsyncGenerator<Float32Array> {
    const { step, lead, delay, padding } = this.layout;
    if (this.received === 0) return;
    const steps = Math.max(1, Math.ceil((this.received + padding - lead) / step));
    const total = lead + steps * step;
    while (this.fed < total + delay) {
      const behind = total + Math.ceil(delay / step) * step - this.fed;
      const size = Math.min(this.next(), behind);
      this.buffer.fill(0, this.filled);
      this.filled = size;
      yield* this.feed(total - this.fed);
    }
  }

  /** How many samples the next run takes when it is full. */
  private next(): number {
    return this.runSamples + (this.fed === 0 ? this.layout.lead : 0);
  }

  private async *feed(remaining: number): AsyncGenerator<Float32Array> {
    const data = this.buffer.slice(0, this.filled);
    this.fed += this.filled;
    this.filled = 0;
    const feeds = { pcm: floats([1, data.length], data), remaining: floats([1], Float32Array.of(remaining)), ...Object.fromEntries(this.states) };
    const answer = await this.run(feeds);
    for (const { input, output } of this.ports) this.states.set(input, answer[output]!);
    const enhanced = answer['enhanced']!.data;
    const dropped = Math.min(this.late, enhanced.length);
    this.late -= dropped;
    const wanted = enhanced.subarray(dropped, dropped + Math.max(0, this.received - this.emitted));
    this.emitted += wanted.length;
    if (wanted.length > 0) yield wanted;
  }
}

function floats(dims: number[], data: Float32Array): FloatTensor {
  return { type: 'float32', dims, data };
}
