import { Beam, type BeamOptions } from './beam';
import { wordConfidence, type ConfidenceWeights, type WordEvidence } from './confidence';
import type { DecodedWord } from './ctc';
import type { LogProbs } from './streaming';
import { withBonus } from './symbol-bonus';

export interface DecoderOptions extends BeamOptions {
  confidence?: ConfidenceWeights | undefined;
}

const SETTLE_EVERY = 5; // frames
const JUDGED_AFTER = 10; // frames from a word's end until its alternatives are weighed
const LONGEST_OPEN = 250; // frames that words may stay open to change
const ENDED_BEFORE = 100; // frames: words that ended so long ago are settled then

/**
 * Blocks of frames in, in order and of any length; words out. A word is given out for good once all beams agree on it, at the latest some LONGEST_OPEN frames behind it.
 * What comes out does not depend on the blocks.
 */
export class CtcDecoder {
  private readonly beam: Beam;
  private frame = 0;
  private given = 0; // frame at which the last word that was given out ends
  private readonly mass: Float64Array; // of the beams that go through a prefix, valid where `massFrame` is this frame
  private readonly massFrame: Int32Array;

  constructor(
    private readonly options: DecoderOptions,
    private readonly onWord?: (evidence: WordEvidence) => void, // for calibration: of each word given out, in order
  ) {
    this.beam = new Beam(options);
    const { capacity } = this.beam.tree;
    this.mass = new Float64Array(capacity);
    this.massFrame = new Int32Array(capacity).fill(-1);
  }

  /** The words that are now certain. */
  push(answer: LogProbs): DecodedWord[] {
    const { frames, vocabulary } = answer;
    const bonus = this.options.language?.weights.symbolBonus;
    const scores = bonus ? withBonus(answer, bonus) : answer.data;
    const words: DecodedWord[] = [];
    for (let i = 0; i < frames; i++, this.frame++) {
      this.beam.step(scores, i * vocabulary, this.frame);
      if (this.frame % SETTLE_EVERY === 0) words.push(...this.settle());
    }
    return words;
  }

  /** The likeliest words behind those, the last one perhaps unfinished. Later frames may change them. */
  pending(): DecodedWord[] {
    return this.words(this.beam.node[0]!);
  }

  /** The words that were still open. */
  finish(): DecodedWord[] {
    this.beam.close(this.frame);
    this.weigh(0);
    const words = this.words(this.beam.node[0]!, true);
    this.beam.tree.root = this.beam.node[0]!;
    this.beam.count = 0;
    return words;
  }

  private settle(): DecodedWord[] {
    const { beam } = this;
    const { tree } = beam;
    if (this.frame - tree.start[tree.root]! > LONGEST_OPEN) this.decide();
    const whole = this.weigh(JUDGED_AFTER);
    let agreed = beam.node[0]!;
    while (agreed !== tree.root && !(tree.symbol[agreed] === beam.space && this.mass[agreed] === whole && this.frame - tree.end[agreed]! >= JUDGED_AFTER)) agreed = tree.parent[agreed]!;
    if (agreed === tree.root || beam.node.subarray(0, beam.count).includes(agreed)) return [];
    const words = this.words(agreed, true);
    beam.require(agreed); // one so unlikely that the sum is the whole without it may go another way
    tree.root = agreed;
    return words;
  }

  /** Lets the best beam have its way about words that ended long ago. */
  private decide(): void {
    const { tree, node, space } = this.beam;
    let at = node[0]!;
    while (at !== tree.root && !(tree.symbol[at] === space && tree.end[at]! <= this.frame - ENDED_BEFORE)) at = tree.parent[at]!;
    if (at !== tree.root) this.beam.require(at);
  }

  /** Sums the beams' probabilities along their prefixes, and takes down the shares of the best beam's words that ended `age` frames ago. Gives the whole sum. */
  private weigh(age: number): number {
    const { beam, mass, massFrame, frame } = this;
    const { tree, node } = beam;
    const best = beam.total(0);
    let whole = 0;
    for (let b = 0; b < beam.count; b++) {
      const probability = Math.exp(beam.total(b) - best);
      whole += probability;
      for (let at = node[b]!; ; at = tree.parent[at]!) {
        mass[at] = massFrame[at] === frame ? mass[at]! + probability : probability;
        massFrame[at] = frame;
        if (at === tree.root) break;
      }
    }
    let end = -1; // of the word that is being walked through
    for (let at = node[0]!; ; at = tree.parent[at]!) {
      if (at !== tree.root && tree.symbol[at] !== beam.space) continue;
      if (end >= 0 && tree.share[end] === 0) tree.share[end] = mass[end]! / mass[at]!;
      if (at === tree.root) return whole;
      end = frame - tree.end[at]! >= age ? at : -1;
    }
  }

  /** From the root, or from the last word that was given out, to `node`. */
  private words(node: number, final = false): DecodedWord[] {
    const { tree, space } = this.beam;
    const words: DecodedWord[] = [];
    let letters: number[] = []; // last first
    let end = -1;
    for (let at = node; ; at = tree.parent[at]!) {
      if (at === tree.root || tree.symbol[at] === space) {
        const word = letters.length > 0 && this.word(letters.reverse(), end, final);
        if (word) words.push(word);
        [letters, end] = [[], at];
        if (at === tree.root) return this.inOrder(words.reverse(), final);
      } else letters.push(at);
    }
  }

  /** Spans are those of the likeliest alignments, each letter's own: where they overlap the later word gives way. */
  private inOrder(words: DecodedWord[], final: boolean): DecodedWord[] {
    let at = this.given;
    for (const word of words) {
      word.start = Math.max(word.start, at);
      at = word.end = Math.max(word.end, word.start + 1);
    }
    if (final) this.given = at;
    return words;
  }

  /** `end`: the word's space, -1 where it is still open. Nothing where phones make no word yet. */
  private word(letters: readonly number[], end: number, final: boolean): DecodedWord | undefined {
    const { tree, scorer } = this.beam;
    const peaks = letters.map((node) => tree.peak[node]!);
    const inPhones = scorer && !scorer.language.letters;
    const known = !scorer ? -1 : end >= 0 ? scorer.word[end]! : inPhones ? scorer.openWord(letters.at(-1)!) : -1;
    if (inPhones && known < 0) return undefined;
    const evidence: WordEvidence = {
      share: (end >= 0 && tree.share[end]) || 0.5,
      letters: peaks.reduce((sum, peak) => sum + peak, 0) / peaks.length,
      worst: Math.min(...peaks),
      known: known >= 0,
      length: letters.length,
    };
    if (final) this.onWord?.(evidence);
    const said = letters.map((node) => this.options.vocabulary[tree.symbol[node]!]).join('');
    return {
      text: known >= 0 ? scorer!.language.form(known) : said.toLowerCase().replace(/^i(?=$|')/, 'I'),
      start: tree.start[letters[0]!]!,
      end: tree.end[letters.at(-1)!]!,
      confidence: wordConfidence(evidence, this.options.confidence),
    };
  }
}
