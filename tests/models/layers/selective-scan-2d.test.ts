/** The scan of a map along four paths: both lowerings against each other and against four scans of sequences written out by hand. */
import { describe, expect, it } from 'vitest';
import { ModelGraph } from '../../../models/graph/lowering/model-graph';
import { lowerings, openGraph, relativeDifference, type Tensors } from '../../support/graph-runner';
import { Random } from '../../support/random';

/** Of the largest value: float32 sums over some 50 steps. */
const TOLERANCE = 1e-5;

const [B, H, W, D] = [2, 5, 9, 7];

function feedsOf(N: number): Tensors {
  const random = new Random(11);
  const tensor = (dims: number[], low: number, high: number) => ({ dims, data: random.array(dims.reduce((product, dim) => product * dim, 1), low, high) });
  return {
    u: tensor([B, H, W, D], -1, 1),
    delta: tensor([B, 4, H, W, D], -3, 1),
    A: tensor([4, D, N], -3, -0.1),
    B: tensor([B, 4, H, W, N], -1, 1),
    C: tensor([B, 4, H, W, N], -1, 1),
    D: tensor([4, D], -1, 1),
    bias: tensor([4, D], -0.5, 0.5),
  };
}

function graphOf(lowering: 'native' | 'portable', N: number, given: 'everything' | 'only what is needed'): Uint8Array {
  const g = new ModelGraph('cross-scan', lowering);
  const map = (name: string, size: number) => g.input(name, ['b', 4, 'h', 'w', size]);
  const needed = { u: g.input('u', ['b', 'h', 'w', D]), delta: map('delta', D), A: g.input('A', [4, D, N]), B: map('B', N), C: map('C', N) };
  const inputs = given === 'everything' ? { ...needed, D: g.input('D', [4, D]), deltaBias: g.input('bias', [4, D]) } : needed;
  g.output('y', g.ops.selectiveScan2d(g, inputs, { channels: D, states: N }), ['b', 'h', 'w', D]);
  return g.toModel();
}

/** y of the definition in doubles; a missing skip or bias is zero. */
function reference(feeds: Tensors, N: number): Float64Array {
  const y = new Float64Array(B * H * W * D);
  const at = (name: string, index: number) => feeds[name]?.data[index] ?? 0;
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < 4; k++) {
      for (let d = 0; d < D; d++) {
        const h = new Float64Array(N);
        for (let step = 0; step < H * W; step++) {
          const forwards = k < 2 ? step : H * W - 1 - step;
          const [row, column] = k % 2 === 0 ? [Math.floor(forwards / W), forwards % W] : [forwards % H, Math.floor(forwards / H)];
          const place = (b * H + row) * W + column;
          const plane = ((b * 4 + k) * H + row) * W + column;
          const u = at('u', place * D + d);
          const dt = Math.log1p(Math.exp(at('delta', plane * D + d) + at('bias', k * D + d)));
          let sum = at('D', k * D + d) * u;
          for (let n = 0; n < N; n++) {
            h[n] = Math.exp(dt * at('A', (k * D + d) * N + n)) * h[n]! + dt * u * at('B', plane * N + n);
            sum += at('C', plane * N + n) * h[n]!;
          }
          y[place * D + d]! += sum;
        }
      }
    }
  }
  return y;
}

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  it.skipIf(missing).each([1, 6])(`follows the definition with a state of %i ${missing ?? ''}`, async (N) => {
    for (const given of ['everything', 'only what is needed'] as const) {
      const { D: skip, bias, ...needed } = feedsOf(N);
      const feeds: Tensors = given === 'everything' ? { ...needed, D: skip!, bias: bias! } : needed;
      const { y } = await (await openGraph(graphOf(lowering, N, given), lowering))(feeds);
      expect(y!.dims).toEqual([B, H, W, D]);
      expect(relativeDifference(y!.data, reference(feeds, N))).toBeLessThan(TOLERANCE);
    }
  });
});

it.skipIf(lowerings.some(({ missing }) => missing))('both lowerings agree', async () => {
  const feeds = feedsOf(3);
  const [one, other] = await Promise.all(lowerings.map(async ({ lowering }) => (await openGraph(graphOf(lowering, 3, 'everything'), lowering))(feeds)));
  expect(relativeDifference(one!.y!.data, other!.y!.data)).toBeLessThan(TOLERANCE);
});
