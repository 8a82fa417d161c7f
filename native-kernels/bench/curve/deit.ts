/**
 * DeiT, the transformer beside which Vim was published: an image classifier of attention over all patches. Touvron et al. 2021, "Training data-efficient
 * image transformers & distillation through attention". Names as published. Attention is ONNX Runtime's fused MultiHeadAttention.
 *
 * Glossary: M patches of P x P pixels side by side, D width.
 */
import type { WeightMap } from '../../../models/checkpoints/safetensors';
import { GraphBuilder } from '../../../models/graph/graph-builder';
import { selfAttention } from '../../../models/layers/attention';
import { conv } from '../../../models/layers/conv';
import { linear } from '../../../models/layers/linear';
import { mlp } from '../../../models/layers/mlp';
import { layerNorm } from '../../../models/layers/norms';
import { Weights } from '../../../models/layers/weights';

const EPSILON = 1e-6;

/** Input image [1, 3, side, side], output logits [1, classes]. */
export function buildDeit(weights: WeightMap, side: number, heads: number): Uint8Array {
  const w = new Weights(weights);
  const g = new GraphBuilder('deit');
  const [D, colours, P] = w.dims('patch_embed.proj.weight', 4);
  const [classes] = w.dims('head.bias', 1);
  const tokens = (side / P) ** 2 + 1;
  const map = conv(g, g.input('image', [1, colours, side, side]), w.at('patch_embed.proj'), [D, colours, P, P], { stride: P });
  const patches = g.node('Transpose', [g.node('Reshape', [map, g.ints([0, 0, -1])])], { perm: [0, 2, 1] }); // [1, M, D]
  let x = g.node('Add', [g.node('Concat', [w.put(g, 'cls_token', [1, 1, D]), patches], { axis: 1 }), w.put(g, 'pos_embed', [1, tokens, D])]);
  for (let i = 0; i < w.count('blocks'); i++) {
    const block = w.at(`blocks.${i}`);
    x = g.node('Add', [x, selfAttention(g, layerNorm(g, x, block.at('norm1'), D, EPSILON), block.at('attn'), D, heads)]);
    x = g.node('Add', [x, mlp(g, layerNorm(g, x, block.at('norm2'), D, EPSILON), block.at('mlp'), D)]);
  }
  const token = g.node('Squeeze', [g.node('Slice', [x, g.ints([0]), g.ints([1]), g.ints([1])]), g.ints([1])]); // [1, D]
  g.output('logits', linear(g, layerNorm(g, token, w.at('norm'), D, EPSILON), w.at('head'), [classes, D]), [1, classes]);
  return g.toOnnx().toBytes();
}
