/** What no tensor of MambaVision tells, by the sizes in which it was published: heads, windows, and the picture that it was trained for. */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Weights } from '../layers/weights';

const PREFIX = 'model.';

export interface MambaVisionSize {
  heads: readonly [number, number, number, number]; // by stage
  windows: readonly [number, number]; // sides in the third and fourth stage
  image: number; // side, pixels
  crop: number; // share of the resized picture's side that is kept
}

/**
 * T, T2, S and B have 8 and 16 heads, the larger ones twice as many. Trained on 224 pixels, but L2 with the classes of ImageNet-21K on 512 and L3 on 256. L3 was
 * published for 512 as well, with the same tensors: such a file runs as the one for 256.
 */
export function mambaVisionSize(w: Weights): MambaVisionSize {
  const C = w.dims('levels.0.blocks.0.norm1.weight', 1)[0];
  const depth = w.count('levels.2.blocks');
  const large = C > 128;
  const manyClasses = w.has('head.bias') && w.dims('head.bias', 1)[0] > 1000;
  const heads = large ? ([4, 8, 16, 32] as const) : ([2, 4, 8, 16] as const);
  if (C === 256) return { heads, windows: [16, 8], image: 256, crop: 1 };
  if (large && depth === 12 && manyClasses) return { heads, windows: [32, 16], image: 512, crop: 0.93 };
  const crop = C === 96 ? 0.93 : C === 80 && depth === 11 ? 0.98 : 1;
  return { heads, windows: [14, 7], image: 224, crop };
}

/** As on Hugging Face the names begin with `model.`, in the authors' own files not. */
export function withoutModelPrefix(weights: WeightMap): WeightMap {
  if (![...weights.keys()].every((key) => key.startsWith(PREFIX))) return weights;
  return new Map([...weights].map(([name, tensor]) => [name.slice(PREFIX.length), tensor]));
}
