/** Every form of the diagonal state space: both lowerings against the recurrence in doubles, written from the papers' equations. */
import { describe, expect, it } from 'vitest';
import { ModelGraph } from '../../../models/graph/lowering/model-graph';
import type { DiagonalSystem } from '../../../models/graph/lowering/diagonal-system';
import { initialStates, lowerings, nextStates, openGraph, relativeDifference } from '../../support/graph-runner';
import { Random } from '../../support/random';

/** Sums of some hundred float32 products. */
const TOLERANCE = 1e-5;
const N = 6;

type C = [number, number];
const mul = ([a, b]: C, [c, d]: C): C => [a * c - b * d, a * d + b * c];
const add = ([a, b]: C, [c, d]: C): C => [a + c, b + d];
const div = (a: C, [c, d]: C): C => mul(a, [c / (c * c + d * d), -d / (c * c + d * d)]);
const exp = ([a, b]: C): C => [Math.exp(a) * Math.cos(b), Math.exp(a) * Math.sin(b)];

function discretised(kind: DiagonalSystem['discretization'], A: C, dt: number): { a: C; b: C } {
  const z = mul(A, [dt, 0]);
  if (kind === 'none') return { a: A, b: [1, 0] };
  if (kind === 'exponential') return { a: exp(z), b: [dt, 0] };
  if (kind === 'zoh') return { a: exp(z), b: div(add(exp(z), [-1, 0]), A) };
  const below = add([1, 0], mul(z, [-0.5, 0]));
  return { a: div(add([1, 0], mul(z, [0.5, 0])), below), b: div([dt, 0], below) };
}

function reference(s: DiagonalSystem, x: Float32Array): number[] {
  const at = ({ values, complex }: { values: Float32Array; complex: boolean }, i: number): C => (complex ? [values[2 * i]!, values[2 * i + 1]!] : [values[i]!, 0]);
  const groups = s.B ? 1 : s.channels;
  const poles = Array.from({ length: groups * N }, (_, i) => discretised(s.discretization, [s.A[2 * i]!, s.A[2 * i + 1]!], s.dt?.[s.B ? i : Math.floor(i / N)] ?? 1));
  const h = poles.map((): C => [0, 0]);
  const y: number[] = [];
  for (let t = 0; t < x.length / s.channels; t++) {
    const frame = [...x.subarray(t * s.channels, (t + 1) * s.channels)];
    h.forEach((state, i) => {
      const drive = s.B ? mul(poles[i]!.b, frame.reduce<C>((sum, value, d) => add(sum, mul(at(s.B!, i * s.channels + d), [value, 0])), [0, 0])) : ([frame[Math.floor(i / N)]!, 0] as C);
      h[i] = add(mul(poles[i]!.a, state), drive);
    });
    for (let e = 0; e < s.outputs; e++) {
      const states = Array.from({ length: N }, (_, n) => (s.B ? n : e * N + n));
      const out = states.reduce((sum, i, n) => sum + mul(mul(at(s.C, e * N + n), s.B ? [1, 0] : poles[i]!.b), h[i]!)[0], 0);
      y.push(out + (s.D ? s.D[e]! * frame[e]! : 0));
    }
  }
  return y;
}

function systemOf(random: Random, discretization: DiagonalSystem['discretization'], form: { bank: boolean; complex: boolean; channels: number; outputs: number }): DiagonalSystem {
  const { bank, complex, channels, outputs } = form;
  const count = (bank ? channels : 1) * N;
  const A = Array.from({ length: count }).flatMap(() => {
    const [rate, turn] = random.array(2, 0.05, 1) as unknown as C;
    return discretization === 'none' ? exp([-rate, 3 * turn]) : [-rate, 3 * turn];
  });
  const values = (size: number) => random.array(size * (complex ? 2 : 1));
  return {
    name: 's',
    channels,
    outputs,
    states: N,
    discretization,
    A: Float32Array.from(A),
    ...(discretization !== 'none' && { dt: random.array(bank ? channels : N, 0.1, 1) }),
    ...(!bank && { B: { values: values(N * channels), complex } }),
    C: { values: values(outputs * N), complex },
    ...(channels === outputs && { D: random.array(outputs) }),
  };
}

const FORMS = [
  { what: 'a bank', bank: true, complex: true, channels: 3, outputs: 3 },
  { what: 'a real bank of one', bank: true, complex: false, channels: 1, outputs: 1 },
  { what: 'one channel', bank: false, complex: true, channels: 1, outputs: 1 },
  { what: 'a shared state', bank: false, complex: true, channels: 3, outputs: 2 },
  { what: 'a real shared state', bank: false, complex: false, channels: 2, outputs: 5 },
];

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  for (const discretization of ['none', 'exponential', 'zoh', 'bilinear'] as const) {
    it.skipIf(missing).each(FORMS)(`$what, ${discretization} ${missing ?? ''}`, async (form) => {
      for (const [length, known] of [[1, true], [16, true], [90, true], [1280, true], [7, false]] as const) {
        const random = new Random(length);
        const system = systemOf(random, discretization, form);
        const g = new ModelGraph('diagonal', lowering);
        const dims = [1, length, form.channels];
        const state = g.state('h', [1, form.bank ? form.channels : 1, N, 2]);
        const { y, h } = g.ops.diagonalStateSpace(g, { x: g.input('x', known ? dims : [1, 'L', form.channels]), system, h0: state.before }, known ? { length } : {});
        g.output('y', y, known ? [1, length, form.outputs] : [1, 'L', form.outputs]);
        state.after(h);
        const run = await openGraph(g.toModel(), lowering);
        const x = random.array(2 * length * form.channels);
        const first = await run({ x: { dims, data: x.slice(0, x.length / 2) }, ...initialStates(g.states) });
        const second = await run({ x: { dims, data: x.slice(x.length / 2) }, ...nextStates(g.states, first) });
        expect(relativeDifference([...first.y!.data, ...second.y!.data], reference(system, x))).toBeLessThan(TOLERANCE);
      }
    });

    it.skipIf(missing).each(FORMS)(`$what backwards, ${discretization} ${missing ?? ''}`, async (form) => {
      const random = new Random(7);
      const system = systemOf(random, discretization, form);
      const [length, { channels, outputs }] = [80, form];
      const g = new ModelGraph('diagonal', lowering);
      g.output('y', g.ops.diagonalStateSpace(g, { x: g.input('x', [1, length, channels]), system }, { length, reverse: true }).y, [1, length, outputs]);
      const x = random.array(length * channels);
      const backwards = (values: ArrayLike<number>, width: number) => Array.from({ length: length * width }, (_, i) => values[(length - 1 - Math.floor(i / width)) * width + (i % width)]!);
      const { y } = await (await openGraph(g.toModel(), lowering))({ x: { dims: [1, length, channels], data: x } });
      expect(relativeDifference(y!.data, backwards(reference(system, Float32Array.from(backwards(x, channels))), outputs))).toBeLessThan(TOLERANCE);
    });
  }
});
