/** Changes of resolution on rows [B, h, w, C] that move neighbours into channels and back. Liu et al. 2021, "Swin Transformer"; Cao et al. 2021, "Swin-Unet". */
import type { GraphBuilder, Value } from '../graph/graph-builder';
import { channelsFirst, channelsLast } from './layout';
import { linear } from './linear';
import { BIAS_FREE } from './mixer-parts';
import { layerNorm } from './norms';
import type { Weights } from './weights';

const CORNERS = [[0, 0], [1, 0], [0, 1], [1, 1]];
const END = 2 ** 31 - 1;

/** [B, h, w, C] -> [B, h/2, w/2, C']: the four neighbours side by side, normed, then mapped. Keys of `norm` {weight, bias} [4C], of `reduction` weight [C', 4C]. */
export function mergedPatches(g: GraphBuilder, rows: Value, norm: Weights, reduction: Weights, C: number): Value {
  const neighbours = CORNERS.map((corner) => g.node('Slice', [rows, g.ints(corner), g.ints([END, END]), g.ints([1, 2]), g.ints([2, 2])]));
  const [to] = reduction.dims('weight', 2);
  return linear(g, layerNorm(g, g.node('Concat', neighbours, { axis: -1 }), norm, 4 * C), reduction, [to, 4 * C], BIAS_FREE);
}

/** [B, h, w, C] -> [B, factor h, factor w, C']: mapped, each pixel's channels laid out as factor x factor neighbours, then normed. Keys expand.weight, norm.{weight, bias} [C']. */
export function expandedPatches(g: GraphBuilder, rows: Value, w: Weights, C: number, factor: number): Value {
  const [to] = w.dims('norm.weight', 1);
  const wide = channelsFirst(g, linear(g, rows, w.at('expand'), [factor ** 2 * to, C], BIAS_FREE));
  const spread = g.node('DepthToSpace', [wide], { blocksize: factor, mode: 'DCR' });
  return layerNorm(g, channelsLast(g, spread), w.at('norm'), to);
}
