const MEMORY = 0.97; // weight of the past for each file that follows: the last thirty or so count

/** How long a file costs whatever its size (opening, naming, syncing), as bytes. */
const BASE_BYTES = 64 * 1024;

export function weightOf(bytes: number): number {
  return bytes + BASE_BYTES;
}

/** Measured speed, over weights. */
export class Speed {
  private weight = 0;
  private seconds = 0;

  add(weight: number, seconds: number): void {
    this.weight = this.weight * MEMORY + weight;
    this.seconds = this.seconds * MEMORY + seconds;
  }

  /** Null until something was measured. */
  secondsFor(weight: number): number | null {
    return this.weight === 0 ? null : (weight * this.seconds) / this.weight;
  }
}
