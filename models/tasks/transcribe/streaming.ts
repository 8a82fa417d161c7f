import { ModelError } from '../../errors';
import type { StatePort } from '../../architectures';

export interface FloatTensor {
  type: 'float32';
  dims: number[];
  data: Float32Array;
}

/** One run of the model: the input `pcm` and the states in, log probabilities and the states out. */
export type Run = (feeds: Record<string, FloatTensor>) => Promise<Record<string, FloatTensor>>;

export interface StreamLayout {
  stepSamples: number; // a run takes a multiple of this
  framesPerStep: number;
  lookaheadSteps: number; // by which the model's answers are late
  stepsPerRun: number; // length of a run; the result does not depend on it
  firstSteps?: number; // of the first run; each is twice as long as the one before, up to stepsPerRun, so that the first words come soon
}

/** Natural logarithms of probabilities, [frames, vocabulary]. */
export interface LogProbs {
  data: Float32Array;
  frames: number;
  vocabulary: number;
}

/**
 * Feeds sound to a streaming model: cuts it into runs, carries the model's states from run to run, and takes the model's delay out again, so that frame f of the answer
 * belongs to frame f of the sound. At the end the sound is filled up with zeros to a whole step, then by the look-ahead.
 */
export class Transcriber {
  private readonly pending: Float32Array; // one run of the longest
  private filled = 0;
  private runSamples: number; // of the next full run
  private readonly states: Map<string, FloatTensor>;
  private late: number; // frames still to be dropped

  constructor(
    private readonly run: Run,
    private readonly output: string, // that holds the log probabilities
    private readonly ports: readonly StatePort[],
    private readonly layout: StreamLayout,
  ) {
    if (!(layout.stepsPerRun >= 1)) throw new ModelError('BAD_INPUT', `a run of at least one step was expected, got ${layout.stepsPerRun}`);
    this.pending = new Float32Array(layout.stepsPerRun * layout.stepSamples);
    this.runSamples = Math.min(layout.stepsPerRun, Math.max(1, layout.firstSteps ?? layout.stepsPerRun)) * layout.stepSamples;
    this.late = layout.lookaheadSteps * layout.framesPerStep;
    this.states = new Map(ports.map(({ input, dims }) => [input, zeros(dims)]));
  }

  /** Mono samples at the model's rate, any number of them. */
  async *push(pcm: Float32Array): AsyncGenerator<LogProbs> {
    for (let at = 0; at < pcm.length; ) {
      const piece = pcm.subarray(at, at + this.runSamples - this.filled);
      this.pending.set(piece, this.filled);
      this.filled += piece.length;
      at += piece.length;
      if (this.filled === this.runSamples) {
        this.runSamples = Math.min(2 * this.runSamples, this.pending.length);
        yield* this.flush(this.filled);
      }
    }
  }

  /** Runs the whole steps that wait for a longer run: for sound that comes as it is spoken. */
  async *drain(): AsyncGenerator<LogProbs> {
    const whole = this.filled - (this.filled % this.layout.stepSamples);
    if (whole > 0) yield* this.flush(whole);
  }

  /** The rest of the answer. */
  async *finish(): AsyncGenerator<LogProbs> {
    const { stepSamples, lookaheadSteps } = this.layout;
    const padding = (stepSamples - (this.filled % stepSamples)) % stepSamples;
    yield* this.push(new Float32Array(padding + lookaheadSteps * stepSamples));
    if (this.filled > 0) yield* this.flush(this.filled);
  }

  /** Runs the first `count` samples of those that wait. */
  private async *flush(count: number): AsyncGenerator<LogProbs> {
    const data = this.pending.slice(0, count);
    this.pending.copyWithin(0, count, this.filled);
    this.filled -= count;
    const answer = await this.run({ pcm: { type: 'float32', dims: [1, data.length], data }, ...Object.fromEntries(this.states) });
    for (const { input, output } of this.ports) this.states.set(input, answer[output]!);
    const { dims, data: logProbs } = answer[this.output]!;
    const [, frames = 0, vocabulary = 0] = dims;
    const dropped = Math.min(this.late, frames);
    this.late -= dropped;
    if (dropped < frames) yield { data: logProbs.subarray(dropped * vocabulary), frames: frames - dropped, vocabulary };
  }
}

function zeros(dims: readonly number[]): FloatTensor {
  return { type: 'float32', dims: [...dims], data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)) };
}
