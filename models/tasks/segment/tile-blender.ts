import { spanWeight, type Tile, type TilePlan } from './tiles';
import { Workspace } from './workspace';

/** Rows [first, first + count) of the padded image, final: maps [channels, count, width], of which one begins `plane` behind the other. Theirs is memory that the next tile takes. */
export interface FinishedRows {
  first: number;
  count: number;
  maps: Float32Array;
  plane: number;
}

/** Blends the maps of a plan's tiles. Holds one row of tiles at a time, whatever the height of the image; where there is but one tile, its maps are final. */
export class TileBlender {
  readonly #channels: number;
  readonly #plan: TilePlan;
  readonly #capacity: number; // rows of the band
  readonly #single: boolean; // one tile
  readonly #band: Float32Array; // [channels, capacity, width], its first row is row #top of the image
  #top = 0;
  #end = 0; // the rows above are handed over
  #next = 0;

  constructor(plan: TilePlan, channels: number, workspace = new Workspace()) {
    this.#plan = plan;
    this.#channels = channels;
    this.#capacity = Math.max(...plan.rows.map((span) => span.to - span.from));
    this.#single = plan.rows.length === 1 && plan.columns.length === 1;
    this.#band = workspace.take(Float32Array, this.#single ? 0 : channels * this.#capacity * plan.width);
  }

  /** Takes the maps [channels, rows.length, columns.length] of the next tile in the order of `tilesOf`; the last of a row of tiles finishes rows. */
  add(tile: Tile, maps: Float32Array): FinishedRows | undefined {
    const { height, width } = this.#plan;
    if (this.#single) return { first: 0, count: height, maps, plane: height * width };
    if (this.#end > this.#top) this.#moveUp();
    const { rows, columns } = tile;
    const band = this.#band;
    const weights = Float32Array.from({ length: columns.to - columns.from }, (_, i) => spanWeight(columns, columns.from + i));
    const [full, fade] = [columns.full - columns.from, columns.fade - columns.from];
    for (let channel = 0; channel < this.#channels; channel++) {
      for (let y = rows.from; y < rows.to; y++) {
        const weight = spanWeight(rows, y);
        const source = (channel * rows.length + y - rows.start) * columns.length + columns.from - columns.start;
        const target = (channel * this.#capacity + y - this.#top) * width + columns.from;
        const mixed = y < rows.full ? weights.length : full; // columns [0, mixed) are in the band already, of the tiles before
        const alone = weight === 1 && full < fade ? fade : mixed; // columns [mixed, alone) show no other tile
        for (let i = 0; i < mixed; i++) band[target + i]! += weight * weights[i]! * maps[source + i]!;
        band.set(maps.subarray(source + mixed, source + alone), target + mixed);
        for (let i = alone; i < weights.length; i++) band[target + i] = weight * weights[i]! * maps[source + i]!;
      }
    }
    this.#next++;
    if (this.#next % this.#plan.columns.length > 0) return undefined;
    this.#end = rows.fade;
    return { first: this.#top, count: this.#end - this.#top, maps: this.#band, plane: this.#capacity * width };
  }

  /** Moves what the next tiles still fade into to the top of the band. */
  #moveUp(): void {
    const size = this.#capacity * this.#plan.width;
    const finished = (this.#end - this.#top) * this.#plan.width;
    for (let start = 0; start < this.#band.length; start += size) this.#band.copyWithin(start, start + finished, start + size);
    this.#top = this.#end;
  }
}
