/** The published SEMamba: width 64, expanded four times, four blocks. */
import type { Shapes } from './weights';

const [C, E, N, R, K, BINS, BLOCKS] = [64, 256, 16, 4, 4, 201, 4];

const affine = (key: string, weight: number[], bias: number): Shapes => ({ [`${key}.weight`]: weight, [`${key}.bias`]: [bias] });
const normed = (key: string, weight: number[]): Shapes => ({ ...affine(`${key}.0`, weight, C), ...affine(`${key}.1`, [C], C), [`${key}.2.weight`]: [C] });
const all = (parts: Shapes[]): Shapes => Object.assign({}, ...parts) as Shapes;
const upTo = (count: number) => [...Array(count).keys()];

const mixer = (key: string): Shapes => ({
  [`${key}.A_log`]: [E, N], [`${key}.D`]: [E], [`${key}.in_proj.weight`]: [2 * E, C], ...affine(`${key}.conv1d`, [E, 1, K], E), [`${key}.x_proj.weight`]: [R + 2 * N, E],
  ...affine(`${key}.dt_proj`, [E, R], E), [`${key}.out_proj.weight`]: [C, E],
});

const block = (key: string): Shapes =>
  all(['time', 'freq'].flatMap((axis) => [
    ...['forward', 'backward'].map((way) => ({ [`${key}.${axis}_mamba.${way}_blocks.0.norm.weight`]: [C], ...mixer(`${key}.${axis}_mamba.${way}_blocks.0.mixer`) })),
    affine(`${key}.${axis[0]}linear`, [2 * C, C, 1], C),
  ]));

export const SE_MAMBA: Shapes = all([
  normed('dense_encoder.dense_conv_1', [C, 2, 1, 1]), normed('dense_encoder.dense_conv_2', [C, C, 1, 3]),
  ...['dense_encoder', 'mask_decoder', 'phase_decoder'].flatMap((part) => upTo(4).map((i) => normed(`${part}.dense_block.dense_block.${i}`, [C, C * (i + 1), 3, 3]))),
  ...upTo(BLOCKS).map((i) => block(`TSMamba.${i}`)),
  affine('mask_decoder.mask_conv.0', [C, C, 1, 3], C), affine('mask_decoder.mask_conv.1', [1, C, 1, 1], 1), affine('mask_decoder.mask_conv.2', [1], 1),
  { 'mask_decoder.mask_conv.3.weight': [1] }, affine('mask_decoder.mask_conv.4', [1, 1, 1, 1], 1), { 'mask_decoder.lsigmoid.slope': [BINS, 1] },
  normed('phase_decoder.phase_conv', [C, C, 1, 3]), affine('phase_decoder.phase_conv_r', [1, C, 1, 1], 1), affine('phase_decoder.phase_conv_i', [1, C, 1, 1], 1),
]);
