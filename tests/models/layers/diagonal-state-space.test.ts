/** The diagonal state space in chunks against its recurrence in doubles. */
import { describe, expect, it } from 'vitest';
import { ModelGraph } from '../../../models/graph/lowering/model-graph';
import { diagonalStateSpace } from '../../../models/layers/diagonal-state-space';
import { Weights } from '../../../models/layers/weights';
import { initialStates, lowerings, nextStates, openGraph, relativeDifference } from '../../support/graph-runner';
import { Random } from '../../support/random';
import { randomWeights } from '../../support/weights';

/** Sums of some hundred float32 products. */
const TOLERANCE = 1e-5;
const N = 6;

/** s_t = exp(lambda) s_(t-1) + dt B x_t, y_t = C Re(s_t), x [L][inputs] */
function reference(x: number[][], value: (key: string) => ArrayLike<number>, outputs: number): number[] {
  const [logDt, A, B, C] = ['log_dt', 'A', 'B', 'C'].map(value) as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];
  const inputs = x[0]!.length;
  const s = Array.from({ length: N }, () => [0, 0] as [number, number]);
  return x.flatMap((frame) => {
    s.forEach((state, n) => {
      const dt = Math.exp(logDt[n]!);
      const [size, angle] = [Math.exp(-dt * Math.log(1 + Math.exp(A[2 * n]!))), dt * A[2 * n + 1]!];
      const drive = dt * frame.reduce((sum, input, i) => sum + B[n * inputs + i]! * input, 0);
      const [re, im] = state;
      state[0] = size * (re * Math.cos(angle) - im * Math.sin(angle)) + drive;
      state[1] = size * (re * Math.sin(angle) + im * Math.cos(angle));
    });
    return Array.from({ length: outputs }, (_, o) => s.reduce((sum, [re], n) => sum + C[o * N + n]! * re, 0));
  });
}

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  const sizes = [[1, 1, 1], [1, 1, 64], [1, 1, 256], [3, 2, 1], [3, 2, 2], [1, 2, 16], [3, 3, 64]] as const;
  it.skipIf(missing).each(sizes)(`%i inputs, %i outputs, runs of %i frames ${missing ?? ''}`, async (inputs, outputs, T) => {
    const random = new Random(4);
    const weights = randomWeights(random, { log_dt: [N], A: [N, 2], B: [N, inputs], C: [outputs, N] });
    const g = new ModelGraph('state-space', lowering);
    const w = new Weights(weights.map);
    g.output('y', diagonalStateSpace(g, g.input('x', [1, T, inputs]), w, T, 'state'), [1, T, outputs]);
    expect(w.unused()).toEqual([]);
    const run = await openGraph(g.toModel(), lowering);

    const x = random.array(3 * T * inputs);
    let states = initialStates(g.states);
    const y: number[] = [];
    for (let start = 0; start < x.length; start += T * inputs) {
      const result = await run({ x: { dims: [1, T, inputs], data: x.slice(start, start + T * inputs) }, ...states });
      states = nextStates(g.states, result);
      y.push(...result.y!.data);
    }
    const frames = Array.from({ length: 3 * T }, (_, t) => [...x.subarray(t * inputs, (t + 1) * inputs)]);
    expect(relativeDifference(y, reference(frames, (key) => weights.map.get(key)!.toFloat32(), outputs))).toBeLessThan(TOLERANCE);
  });
});
