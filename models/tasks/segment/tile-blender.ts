import { spanWeight, type Tile, type TilePlan } from './tiles';

/** Rows [first, first + count) of the padded image, final: maps [channels, count, width]. */
export interface FinishedRows {
  first: number;
  count: number;
  maps: Float32Array;
}

/** Blends the maps of a plan's tiles. Holds one row of tiles at a time, whatever the height of the image; where there is but one tile, its maps are final. */
export class TileBlender {
  readonly #channels: number;
  readonly #plan: TilePlan;
  readonly #capacity: number; // rows of the band
  readonly #single: boolean; // one tile
  readonly #band: Float32Array; // [channels, capacity, width], its first row is row #top of the image
  #top = 0;
  #next = 0;

  constructor(plan: TilePlan, channels: number) {
    this.#plan = plan;
    this.#channels = channels;
    this.#capacity = Math.max(...plan.rows.map((span) => span.to - span.from));
    this.#single = plan.rows.length === 1 && plan.columns.length === 1;
    this.#band = new Float32Array(this.#single ? 0 : channels * this.#capacity * plan.width);
  }

  /** Takes the maps [channels, rows.length, columns.length] of the next tile in the order of `tilesOf`; the last of a row of tiles finishes rows. */
  add(tile: Tile, maps: Float32Array): FinishedRows | undefined {
    if (this.#single) return { first: 0, count: this.#plan.height, maps };
    const { rows, columns } = tile;
    const { width } = this.#plan;
    const band = this.#band;
    const weights = Float32Array.from({ length: columns.to - columns.from }, (_, i) => spanWeight(columns, columns.from + i));
    for (let channel = 0; channel < this.#channels; channel++) {
      for (let y = rows.from; y < rows.to; y++) {
        const weight = spanWeight(rows, y);
        const source = (channel * rows.length + y - rows.start) * columns.length + columns.from - columns.start;
        const target = (channel * this.#capacity + y - this.#top) * width + columns.from;
        for (let i = 0; i < weights.length; i++) band[target + i]! += weight * weights[i]! * maps[source + i]!;
      }
    }
    this.#next++;
    return this.#next % this.#plan.columns.length === 0 ? this.#finish(rows.fade) : undefined;
  }

  /** Hands over the rows above `end`, and moves the rest, which the next tiles still fade into, to the top of the band. */
  #finish(end: number): FinishedRows {
    const { width } = this.#plan;
    const first = this.#top;
    const count = end - first;
    const maps = new Float32Array(this.#channels * count * width);
    for (let channel = 0; channel < this.#channels; channel++) {
      const start = channel * this.#capacity * width;
      const cut = start + count * width;
      const stop = start + this.#capacity * width;
      maps.set(this.#band.subarray(start, cut), channel * count * width);
      this.#band.copyWithin(start, cut, stop);
      this.#band.fill(0, stop - count * width, stop);
    }
    this.#top = end;
    return { first, count, maps };
  }
}
