import type { CtcDecoder, CtcToken } from './ctc';
import type { LogProbs } from './streaming';

/** Judges prefixes, for example by a language model. `State` is whatever it must remember of a prefix. */
export interface PrefixScorer<State> {
  start: State;
  /** The state after `symbol`, and what the extension adds to the prefix's log score. */
  extend(state: State, symbol: number): { state: State; score: number };
}

export interface BeamOptions<State> {
  blank: number;
  width: number; // prefixes kept after each frame
  scorer?: PrefixScorer<State>;
}

const PRUNED = Math.log(1e-4); // symbols less likely than this in a frame are not tried

/** A prefix as its last symbol and the prefix before; the root has no symbol. */
interface Prefix<State> {
  parent: Prefix<State> | undefined;
  symbol: number;
  key: number; // hash of the whole prefix
  start: number;
  end: number;
  peak: number; // highest log posterior of the symbol
  leads: boolean; // the symbol has beaten the blank in some frame
  state: State | undefined;
  score: number; // of the scorer, over the whole prefix
}

interface Beam<State> {
  prefix: Prefix<State>;
  blank: number; // log probability of all alignments that end in a blank
  symbol: number; // ... that end in the prefix's last symbol
}

/**
 * Prefix beam search (Hannun et al., 2014): sums the probabilities of all alignments of a text, where the greedy decoder follows one alignment.
 * All tokens come from `finish`, since later frames may still change earlier ones.
 */
export class BeamDecoder<State = never> implements CtcDecoder {
  private frame = 0;
  private beams: Beam<State>[];

  constructor(private readonly options: BeamOptions<State>) {
    const root: Prefix<State> = { parent: undefined, symbol: options.blank, key: 1, start: 0, end: 0, peak: 0, leads: false, state: options.scorer?.start, score: 0 };
    this.beams = [{ prefix: root, blank: 0, symbol: -Infinity }];
  }

  push({ data, frames, vocabulary }: LogProbs): CtcToken[] {
    for (let i = 0; i < frames; i++, this.frame++) this.step(data.subarray(i * vocabulary, (i + 1) * vocabulary));
    return [];
  }

  finish(): CtcToken[] {
    const tokens: CtcToken[] = [];
    for (let prefix = this.beams[0]!.prefix; prefix.parent; prefix = prefix.parent) {
      tokens.push({ symbol: prefix.symbol, start: prefix.start, end: prefix.end, confidence: Math.exp(prefix.peak) });
    }
    return tokens.reverse();
  }

  private step(row: Float32Array): void {
    const { blank, width } = this.options;
    const next = new Map<number, Beam<State>>();
    const existing = new Map(this.beams.map((beam) => [beam.prefix.key, beam]));
    const beamOf = (prefix: Prefix<State>) => {
      const beam = next.get(prefix.key) ?? { prefix, blank: -Infinity, symbol: -Infinity };
      next.set(prefix.key, beam);
      return beam;
    };
    for (const beam of this.beams) {
      const { prefix } = beam;
      const total = logSum(beam.blank, beam.symbol);
      const same = beamOf(prefix);
      same.blank = logSum(same.blank, total + row[blank]!);
      for (let symbol = 0; symbol < row.length; symbol++) {
        if (symbol === blank || row[symbol]! < PRUNED) continue;
        const repeats = prefix.parent !== undefined && symbol === prefix.symbol;
        if (repeats) {
          same.symbol = logSum(same.symbol, beam.symbol + row[symbol]!);
          if (beam.symbol > beam.blank) this.observe(prefix, row);
        }
        const from = repeats ? beam.blank : total; // a symbol comes twice only with a blank between
        if (from === -Infinity) continue;
        const key = extendKey(prefix.key, symbol);
        const before = existing.get(key);
        const extended = beamOf(before?.prefix ?? next.get(key)?.prefix ?? this.extend(prefix, symbol, key));
        const likelihood = from + row[symbol]!;
        extended.symbol = logSum(extended.symbol, likelihood);
        if (before && likelihood > logSum(before.blank, before.symbol)) restart(before.prefix, this.frame); // spoken now rather than before
        if (extended.prefix.start === this.frame) this.observe(extended.prefix, row);
      }
    }
    this.beams = [...next.values()].sort((a, b) => rank(b) - rank(a)).slice(0, width);
  }

  private extend(parent: Prefix<State>, symbol: number, key: number): Prefix<State> {
    const scored = this.options.scorer?.extend(parent.state as State, symbol);
    return { parent, symbol, key, start: this.frame, end: this.frame + 1, peak: -Infinity, leads: false, state: scored?.state, score: parent.score + (scored?.score ?? 0) };
  }

  /** The span of a symbol is where it beats the blank or, if it never does, the frame of its highest posterior. */
  private observe(prefix: Prefix<State>, row: Float32Array): void {
    const posterior = row[prefix.symbol]!;
    const leads = posterior > row[this.options.blank]!;
    if (leads ? !prefix.leads : !prefix.leads && posterior > prefix.peak) prefix.start = this.frame;
    if (leads || (!prefix.leads && posterior > prefix.peak)) prefix.end = this.frame + 1;
    prefix.leads ||= leads;
    prefix.peak = Math.max(prefix.peak, posterior);
  }
}

function restart<State>(prefix: Prefix<State>, frame: number): void {
  Object.assign(prefix, { start: frame, end: frame + 1, peak: -Infinity, leads: false });
}

function rank<State>({ prefix, blank, symbol }: Beam<State>): number {
  return logSum(blank, symbol) + prefix.score;
}

/** Polynomial hash in exact integer arithmetic: 2^32 values times a 20-bit base stays below 2^53. */
function extendKey(key: number, symbol: number): number {
  return (key * 1048573 + symbol + 1) % 4294967291;
}

/** log(e^a + e^b) */
function logSum(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}
