/** Residual blocks of convolutions with instance norms and leaky ReLUs, as nnU-Net (Isensee et al. 2021) and MONAI build them, on maps [B, C, h, w]. */
import type { GraphBuilder, Value } from '../graph/graph-builder';
import { leakyRelu } from './activations';
import { conv } from './conv';
import { instanceNorm } from './norms';
import type { Weights } from './weights';

/** A map and its channels. */
export interface FeatureMap {
  x: Value;
  C: number;
}

/** What a block calls its parts. */
export interface ResidualNames {
  conv: [first: string, second: string];
  norm: [first: string, second: string];
  skip: string; // a convolution 1x1 beside the two, where there is one
  skipNorm?: string;
}

/** act(norm(conv(act(norm(conv(x))))) + skip(x)); `stride` of the first convolution and of the skip's. */
export function residualConv(g: GraphBuilder, { x, C }: FeatureMap, w: Weights, names: ResidualNames, stride = 1): FeatureMap {
  const [to] = w.dims(`${names.conv[0]}.weight`, 4);
  const first = leakyRelu(g, instanceNorm(g, convolved(g, x, w.at(names.conv[0]), to, C, stride), w.at(names.norm[0]), to));
  const second = instanceNorm(g, convolved(g, first, w.at(names.conv[1]), to, to), w.at(names.norm[1]), to);
  const skip = w.has(`${names.skip}.weight`) ? convolved(g, x, w.at(names.skip), to, C, stride) : x;
  const beside = skip !== x && names.skipNorm !== undefined ? instanceNorm(g, skip, w.at(names.skipNorm), to) : skip;
  return { x: leakyRelu(g, g.node('Add', [second, beside])), C: to };
}

function convolved(g: GraphBuilder, x: Value, w: Weights, to: number, from: number, stride = 1): Value {
  const [, , high, wide] = w.dims('weight', 4);
  return conv(g, x, w, [to, from, high, wide], { stride, padding: [Math.floor(high / 2), Math.floor(wide / 2)], bias: w.has('bias') });
}
