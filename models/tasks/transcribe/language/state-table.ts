/** Which prefixes of a beam are in one state of the language model, so that whatever follows is worth the same to them: a hash table. */
import type { WordScorer } from './word-scorer';

export class StateTable {
  private readonly prefix: Int32Array;
  private readonly place: Int32Array; // -1 where the table is empty
  private readonly mask: number;

  /** `most`: prefixes that it holds. */
  constructor(
    private readonly scorer: WordScorer,
    most: number,
  ) {
    const size = 2 ** Math.ceil(Math.log2(2 * most));
    this.mask = size - 1;
    this.prefix = new Int32Array(size);
    this.place = new Int32Array(size);
  }

  clear(): void {
    this.place.fill(-1);
  }

  /** The place of the first prefix in the same state; that is `place`, if there was none. */
  placeOf(prefix: number, place: number): number {
    const { scorer, mask } = this;
    let at = scorer.stateHash(prefix) & mask;
    while (this.place[at]! >= 0 && !scorer.sameState(this.prefix[at]!, prefix)) at = (at + 1) & mask;
    if (this.place[at]! >= 0) return this.place[at]!;
    this.prefix[at] = prefix;
    return (this.place[at] = place);
  }
}
