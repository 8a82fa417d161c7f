/**
 * The names of S4 classifiers' weights: the training code of state-spaces/s4 in its second, third and fourth release, and its standalone example. Here all become
 *   encoder, layers.*.{norm, D, kernel.*, output_linear}, norm where norms come before the layers, decoder.
 * dt is exp(kernel.log_dt), or softplus(kernel.inv_dt) as the fourth release trains it; the parts of A: models/layers/s4-parameters.ts.
 */
import type { WeightMap, WeightTensor } from '../checkpoints/safetensors';

const RENAMED: readonly [RegExp, string][] = [
  [/^encoder\.(?:\d+\.)+/, 'encoder.'],
  [/^decoder\.(?:\d+\.)*(?:output_transform\.)?/, 'decoder.'],
  [/^(?:model\.layers\.(\d+)\.norm\.norm|norms\.(\d+))\./, 'layers.$1$2.norm.'],
  [/^model\.norm\.norm\./, 'norm.'],
  [/^(s4_layers\..*)\binv_dt$/, '$1log_dt'],
  [/^(?:model\.layers\.(\d+)\.layer|s4_layers\.(\d+))\./, 'layers.$1$2.'],
  [/^layers\.(\d+)\.layer\./, 'layers.$1.'],
  [/\.kernel\.kernel\./, '.kernel.'],
  [/\.kernel\.(?:inv_w_real|log_w_real|inv_A_real)$/, '.kernel.log_A_real'],
  [/\.kernel\.w_imag$/, '.kernel.A_imag'],
  [/\.kernel\.L$/, '.kernel.l_kernel'],
  [/\.output_linear\.0\./, '.output_linear.'],
];
/** What nothing reads: A besides its two halves, and nodes of a Fourier transform. */
const LEFT_OUT = /\.kernel\.(A|z)$/;
/** Other nodes; of the second release only they say how long the kernel is. */
const NODES = /\.kernel\.omega$/;

/** The same tensors; vectors have one axis, kernels that of their outputs. */
export function withS4Names(weights: WeightMap): WeightMap {
  const named = [...weights.values()].map((tensor) => ({ tensor, name: RENAMED.reduce((text, [from, to]) => text.replace(from, to), tensor.name) }));
  return new Map(named.filter(({ name }) => !LEFT_OUT.test(name)).map(({ tensor, name }) => (NODES.test(name) ? lengthOf(tensor, name.replace(NODES, '.kernel.l_kernel')) : renamed(tensor, name))));
}

function renamed(tensor: WeightTensor, name: string): [string, WeightTensor] {
  return [name, { ...tensor, shape: shapeOf(name, tensor.shape), toFloat32: () => tensor.toFloat32() }];
}

function lengthOf({ name: published, shape: [nodes = 1] }: WeightTensor, name: string): [string, WeightTensor] {
  return [name, { name: published, shape: [], dtype: 'F32', toFloat32: () => Float32Array.of(2 * (nodes - 1)) }];
}

function shapeOf(name: string, shape: readonly number[]): readonly number[] {
  if (/\.kernel\.[BC]$/.test(name) && shape.length === 3) return [1, ...shape];
  if (/^layers\.\d+\.D$/.test(name) && shape.length === 1) return [1, ...shape];
  const last = shape.at(-1) === 1;
  if (/\.output_linear\.weight$/.test(name) && shape.length === 3 && last) return shape.slice(0, 2);
  if (/\.(output_linear\.bias|kernel\.(log_dt|inv_dt))$/.test(name) && shape.length === 2 && last) return shape.slice(0, 1);
  return shape;
}
