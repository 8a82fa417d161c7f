import type { Tensor } from '../../native-kernels/lib';

export { random } from '../../native-kernels/bench/tensors';

export const float32 = (dims: number[], values: ArrayLike<number>): Tensor => ({ type: 'float32', dims, data: Float32Array.from(values) });
