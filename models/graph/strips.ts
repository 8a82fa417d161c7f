/** Whatever of a network looks at a neighbourhood only, computed in horizontal strips, so that the maps inside of it exist for one strip at a time. */
import type { GraphBuilder, Value } from './graph-builder';

/** A map [B, C, H, W] whose H is `rows` times the number of units of the picture. */
export interface Banded {
  map: Value;
  rows: number;
}

const MARGIN = 2;
const ROW_AXIS = 2;

/**
 * The map `of(maps)`, `rows` rows a unit, from `count` strips of whole units and MARGIN units more above and below, whose rows are dropped from the result: `of` must not
 * look further than that. The same numbers come out as from `of` of the whole maps, whatever their sides are; with fewer units than strips some strips are empty.
 */
export function inStrips(g: GraphBuilder, count: number, sources: readonly Banded[], rows: number, of: (maps: Value[]) => Value): Value {
  if (count === 1) return of(sources.map(({ map }) => map));
  const [{ map, rows: unit }] = sources as [Banded];
  const height = g.node('Gather', [g.node('Shape', [map]), g.ints([ROW_AXIS])]);
  const units = g.node('Div', [height, g.ints([unit])]);
  const cuts = Array.from({ length: count + 1 }, (_, k) => g.node('Div', [g.node('Mul', [units, g.ints([k])]), g.ints([count])]));
  const strips = Array.from({ length: count }, (_, k) => {
    const [begin, end] = [cuts[k]!, cuts[k + 1]!];
    const from = g.node('Max', [g.node('Sub', [begin, g.ints([MARGIN])]), g.ints([0])]);
    const to = g.node('Min', [g.node('Add', [end, g.ints([MARGIN])]), units]);
    const wider = of(sources.map((source) => band(g, source, from, to)));
    return band(g, { map: wider, rows }, g.node('Sub', [begin, from]), g.node('Sub', [end, from]));
  });
  return g.node('Concat', strips, { axis: ROW_AXIS });
}

/** Units `from` to `to` of a map. */
function band(g: GraphBuilder, { map, rows }: Banded, from: Value, to: Value): Value {
  const at = (units: Value) => g.node('Mul', [units, g.ints([rows])]);
  return g.node('Slice', [map, at(from), at(to), g.ints([ROW_AXIS])]);
}
