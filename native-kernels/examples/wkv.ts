/** A language model that goes word by word: a Wkv6 or Wkv7 node whose state goes from step to step equals one call over the whole. */
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative, type Tensor } from '../lib';
import { largestDifference, steps, wave, zeros } from './tensors';

const [LENGTH, HEADS, SIZE] = [30, 2, 16];
const ROWS = [1, LENGTH, HEADS, SIZE];
const share = (sine: number) => 0.5 + 0.4 * sine; // between 0 and 1

/** By their names in the node, in its order. */
const INPUTS = {
  Wkv6: { r: wave(ROWS, 1), w: wave(ROWS, 2, share), k: wave(ROWS, 3), v: wave(ROWS, 4), u: wave([HEADS, SIZE], 5) },
  Wkv7: { r: wave(ROWS, 1), w: wave(ROWS, 2, share), k: wave(ROWS, 3), v: wave(ROWS, 4), kappa: wave(ROWS, 5, (sine) => Math.sign(sine) / Math.sqrt(SIZE)), a: wave(ROWS, 6, share) },
};

/** Gives the largest difference between the steps and the whole. */
export async function wordByWord(operator: keyof typeof INPUTS): Promise<number> {
  const whole = Object.entries<Tensor>(INPUTS[operator]);
  const isRow = (tensor: Tensor) => tensor.dims.length === ROWS.length;
  const g = new GraphBuilder(operator);
  const inputs = whole.map(([name, tensor]) => g.input(name, isRow(tensor) ? [1, 'time', HEADS, SIZE] : tensor.dims)); // a named size is open: any number of steps
  const [y, s] = g.nodes(2, operator, [...inputs, g.input('s0', [1, HEADS, SIZE, SIZE])], {}, 'ssm');
  g.output('y', y!, [1, 'time', HEADS, SIZE]);
  g.output('s', s!, [1, HEADS, SIZE, SIZE]);
  const session = loadNative().openSession(g.toModel(), { threads: 2 });
  try {
    let state = zeros([1, HEADS, SIZE, SIZE]);
    const expected = (await session.run({ ...Object.fromEntries(whole), s0: state })).y!;
    let difference = 0;
    for (let t = 0; t < LENGTH; t++) {
      const step = Object.fromEntries(whole.map(([name, tensor]) => [name, isRow(tensor) ? steps(tensor, t, t + 1) : tensor]));
      const result = await session.run({ ...step, s0: state });
      state = result.s!;
      difference = Math.max(difference, largestDifference(result.y!, steps(expected, t, t + 1)));
    }
    return difference;
  } finally {
    session.dispose();
  }
}
