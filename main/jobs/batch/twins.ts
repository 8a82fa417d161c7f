import type { BatchStore } from './batch-store';

interface Claim {
  item: number;
  ended: Promise<void>;
  end: () => void;
}

/** Each content once: an item whose content another one has too is given that one's outputs. */
export class Twins {
  private readonly claims = new Map<string, Claim>();

  constructor(private readonly store: BatchStore) {}

  /** Waits while another item with this key is at work. Without such outputs the item has the key until it is released. */
  async outputsFor(item: number, key: string): Promise<string[] | undefined> {
    for (let other = this.claims.get(key); other !== undefined && other.item !== item; other = this.claims.get(key)) await other.ended;
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    this.claims.set(key, { item, ended, end });
    return this.store.twinOf(item, key);
  }

  release(item: number): void {
    for (const [key, claim] of this.claims) {
      if (claim.item !== item) continue;
      this.claims.delete(key);
      claim.end();
    }
  }
}
