/**
 * Large images are run in overlapping tiles. Along each axis the tiles are of one length, spread evenly, and start at multiples of the
 * network's stride, so that its grids coincide. Where two tiles overlap, the outer quarter of either, whose surroundings are cut off, is
 * not used; over the middle half one tile's maps fade into the other's with weights that sum to one.
 */
import { ModelError } from '../../errors';

export interface TileLimits {
  tile: number; // longest side, pixels
  overlap: number; // at least, pixels
  multipleOf: number; // the sides of an input are multiples of this
}

/** One tile along one axis, in pixels of the padded image. Its weight rises over [from, full) and falls over [fade, to). */
export interface Span {
  start: number;
  length: number;
  from: number;
  full: number;
  fade: number;
  to: number;
}

export interface Tile {
  rows: Span;
  columns: Span;
}

export interface TilePlan {
  height: number; // of the padded image
  width: number;
  rows: Span[];
  columns: Span[];
}

export function planTiles(height: number, width: number, limits: TileLimits): TilePlan {
  const { multipleOf } = limits;
  const up = (n: number) => Math.ceil(n / multipleOf) * multipleOf;
  const tile = Math.floor(limits.tile / multipleOf) * multipleOf;
  const overlap = up(limits.overlap);
  if (tile < 3 * overlap || tile === 0) {
    throw new ModelError('BAD_CARD', `a tile of at least three overlaps was expected, ${limits.tile} and ${limits.overlap} came`, 'Correct "tile" and "overlap" in the model card.');
  }
  const spans = (size: number): Span[] => {
    const padded = up(size);
    const count = padded <= tile ? 1 : Math.ceil((padded - overlap) / (tile - overlap));
    const length = up((padded + (count - 1) * overlap) / count);
    const start = (i: number) => (count === 1 ? 0 : Math.floor((i * (padded - length)) / (count - 1) / multipleOf) * multipleOf);
    return Array.from({ length: count }, (_, i) => {
      const rise = i === 0 ? [0, 0] : ramp(start(i), start(i - 1) + length, overlap);
      const fall = i === count - 1 ? [padded, padded] : ramp(start(i + 1), start(i) + length, overlap);
      return { start: start(i), length, from: rise[0]!, full: rise[1]!, fade: fall[0]!, to: fall[1]! };
    });
  };
  return { height: up(height), width: up(width), rows: spans(height), columns: spans(width) };
}

/** The middle of the overlap [from, to), half of the agreed overlap wide. */
function ramp(from: number, to: number, overlap: number): [number, number] {
  const centre = Math.floor((from + to) / 2);
  const half = Math.floor(overlap / 4);
  return [centre - half, centre + half];
}

/** Weight of a span's sample at `position`, 0 to 1; over all spans of an axis the weights at a position sum to 1. */
export function spanWeight(span: Span, position: number): number {
  if (position < span.from || position >= span.to) return 0;
  if (position < span.full) return (position - span.from + 0.5) / (span.full - span.from);
  if (position >= span.fade) return (span.to - position - 0.5) / (span.to - span.fade);
  return 1;
}

/** Tiles row by row, left to right: the order in which `TileBlender` takes them. */
export function tilesOf(plan: TilePlan): Tile[] {
  return plan.rows.flatMap((rows) => plan.columns.map((columns) => ({ rows, columns })));
}
