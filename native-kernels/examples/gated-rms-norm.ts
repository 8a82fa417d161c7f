/** An operator called by itself, without a graph: GatedRmsNorm beside its equations. */
import { loadNative } from '../lib';
import { largestDifference, numbers, wave } from './tensors';

const [LENGTH, CHANNELS, EPSILON] = [50, 24, 1e-3];

/** Gives the largest difference between the operator and the equations. */
export function normWithGate(): number {
  const [x, weight, z] = [wave([1, LENGTH, CHANNELS], 1), wave([CHANNELS], 2), wave([1, LENGTH, CHANNELS], 3)];
  const { y } = loadNative().ops.gatedRmsNorm({ x, weight, z }, { epsilon: EPSILON }, { threads: 2 }).outputs;

  const gated = Array.from(numbers(x), (value, i) => value * silu(numbers(z)[i]!));
  const expected = gated.map((value, i) => {
    const start = i - (i % CHANNELS);
    const squares = gated.slice(start, start + CHANNELS).reduce((sum, v) => sum + v * v, 0);
    return (numbers(weight)[i % CHANNELS]! * value) / Math.sqrt(squares / CHANNELS + EPSILON);
  });
  return largestDifference(y!, { ...x, data: Float32Array.from(expected) });
}

const silu = (value: number) => value / (1 + Math.exp(-value));
