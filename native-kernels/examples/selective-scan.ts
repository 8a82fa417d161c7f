/** A stream cut into pieces: one SelectiveScan node whose state goes from call to call equals one call over the whole. */
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative, type Tensor } from '../lib';
import { largestDifference, steps, wave, zeros } from './tensors';

const [LENGTH, PIECE, CHANNELS, STATES] = [60, 20, 24, 16];

/** Gives the largest difference between the pieces and the whole. */
export async function streamInPieces(): Promise<number> {
  const g = new GraphBuilder('scan');
  const row = (name: string, size: number) => g.input(name, [1, 'time', size]); // a named size is open: any number of steps
  const inputs = [row('u', CHANNELS), row('delta', CHANNELS), g.input('A', [CHANNELS, STATES]), row('B', STATES), row('C', STATES)];
  const h0 = g.input('h0', [1, CHANNELS, STATES]);
  const absent = undefined; // D, z and delta_bias
  const [y, h] = g.nodes(2, 'SelectiveScan', [...inputs, absent, absent, absent, h0], { delta_softplus: 1 }, 'ssm');
  g.output('y', y!, [1, 'time', CHANNELS]);
  g.output('h', h!, [1, CHANNELS, STATES]);
  const session = loadNative().openSession(g.toModel(), { threads: 2 });

  const whole = { u: wave([1, LENGTH, CHANNELS], 1), delta: wave([1, LENGTH, CHANNELS], 2), B: wave([1, LENGTH, STATES], 3), C: wave([1, LENGTH, STATES], 4) };
  const A: Tensor = { type: 'float32', dims: [CHANNELS, STATES], data: Float32Array.from({ length: CHANNELS * STATES }, (_, i) => -1 - (i % STATES)) };
  try {
    let state = zeros([1, CHANNELS, STATES]);
    const expected = (await session.run({ ...whole, A, h0: state })).y!;
    let difference = 0;
    for (let start = 0; start < LENGTH; start += PIECE) {
      const piece = Object.fromEntries(Object.entries(whole).map(([name, tensor]) => [name, steps(tensor, start, start + PIECE)]));
      const result = await session.run({ ...piece, A, h0: state });
      state = result.h!;
      difference = Math.max(difference, largestDifference(result.y!, steps(expected, start, start + PIECE)));
    }
    return difference;
  } finally {
    session.dispose();
  }
}
