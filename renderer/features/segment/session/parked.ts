import type { Document } from './document';

const MOST = 16; // documents
const PIXELS = 100e6; // of all of them: four bytes each

/** Documents that are not shown but may be again, with their history. The longest parked go first; what they held is saved. */
export class ParkedDocuments {
  readonly #documents = new Map<string, Document>();

  put(document: Document): void {
    this.#documents.set(document.job, document);
    const pixels = () => [...this.#documents.values()].reduce((sum, { map }) => sum + map.labels.length, 0);
    for (const job of this.#documents.keys()) {
      if (this.#documents.size <= MOST && pixels() <= PIXELS) return;
      this.#documents.delete(job);
    }
  }

  take(job: string): Document | undefined {
    const document = this.#documents.get(job);
    this.#documents.delete(job);
    return document;
  }

  /** Drops those whose result is not what it was. */
  keep(stillRight: (job: string) => boolean): void {
    for (const job of [...this.#documents.keys()]) if (!stillRight(job)) this.#documents.delete(job);
  }
}
