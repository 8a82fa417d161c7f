/** A stream cut into pieces: one SelectiveScan node whose state goes from call to call equals one call over the whole. */
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative, type Tensor } from '../lib';

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

  const wave = (dims: number[], offset: number): Tensor => ({ type: 'float32', dims, data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => Math.sin(i + offset)) });
  const whole = { u: wave([1, LENGTH, CHANNELS], 1), delta: wave([1, LENGTH, CHANNELS], 2), B: wave([1, LENGTH, STATES], 3), C: wave([1, LENGTH, STATES], 4) };
  const A: Tensor = { type: 'float32', dims: [CHANNELS, STATES], data: Float32Array.from({ length: CHANNELS * STATES }, (_, i) => -1 - (i % STATES)) };
  const zeros: Tensor = { type: 'float32', dims: [1, CHANNELS, STATES], data: new Float32Array(CHANNELS * STATES) };
  try {
    const expected = (await session.run({ ...whole, A, h0: zeros })).y!.data as Float32Array;
    let state = zeros;
    let difference = 0;
    for (let start = 0; start < LENGTH; start += PIECE) {
      const piece = Object.fromEntries(Object.entries(whole).map(([name, tensor]) => [name, steps(tensor, start, start + PIECE)]));
      const result = await session.run({ ...piece, A, h0: state });
      state = result.h!;
      (result.y!.data as Float32Array).forEach((value, i) => (difference = Math.max(difference, Math.abs(value - expected[start * CHANNELS + i]!))));
    }
    return difference;
  } finally {
    session.dispose();
  }
}

function steps({ type, dims, data }: Tensor, from: number, to: number): Tensor {
  const size = dims[2]!;
  return { type, dims: [1, to - from, size], data: (data as Float32Array).slice(from * size, to * size) };
}
