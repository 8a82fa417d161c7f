/** VMamba's modules have had several names, and its linear maps were 1x1 convolutions for a while: here all become those of the latest releases. */
import type { WeightMap } from '../checkpoints/safetensors';

const RENAMED: readonly [RegExp, string][] = [
  [/(^|\.)patch_embed\.proj\./, '$1patch_embed.0.'],
  [/(^|\.)patch_embed\.norm\./, '$1patch_embed.2.'],
  [/\.ln_1\./, '.norm.'],
  [/\.self_attention\./, '.op.'],
  [/\.downsample\.norm\./, '.downsample.1.'],
  [/\.downsample\.reduction\./, '.downsample.2.'],
  [/^(norm|head)\./, 'classifier.$1.'],
  [/\.(x_proj|dt_projs)\.weight$/, '.$1_weight'],
];
const LINEAR = /\.(in_proj|out_proj|fc1|fc2)\.weight$/;
const FOR_ALL_SCANS = /\.(x_proj|dt_projs)\.weight$/;
const SCANS = 4;

/** The same tensors; those of the four scans are [4, rows, columns] and linear maps [outputs, inputs]. */
export function withCurrentNames(weights: WeightMap): WeightMap {
  return new Map(
    [...weights.values()].map((tensor) => {
      const name = RENAMED.reduce((text, [from, to]) => text.replace(from, to), tensor.name);
      return [name, { ...tensor, shape: shapeOf(tensor.name, tensor.shape), toFloat32: () => tensor.toFloat32() }];
    }),
  );
}

/** of a tensor by its published name */
function shapeOf(name: string, shape: readonly number[]): readonly number[] {
  const [rows = 0, columns = 0] = shape;
  if (FOR_ALL_SCANS.test(name)) return [SCANS, rows / SCANS, columns];
  return LINEAR.test(name) ? [rows, columns] : shape;
}
