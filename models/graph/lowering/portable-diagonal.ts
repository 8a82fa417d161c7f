/**
 * The diagonal state space in stock operators. A run of T steps is cut into chunks of P. Within one, y is a short convolution of its input plus what is left of
 * the state before it; only the states at the chunks' ends follow one another. All factors are powers of the poles taken in double precision, so
 * rounding does not build up from step to step as it would in a plain recurrence.
 *
 * Glossary: T steps, P steps of a chunk, D channels, E outputs, G groups of N complex states, which lie in pairs [G, N, 2].
 */
import { GraphBuilder, type Value } from '../graph-builder';
import { times, type Complex } from './complex';
import { entry, stepsOf, type DiagonalSystem, type Step } from './diagonal-system';
import type { DiagonalStateSpaceInputs, StateSpaceOps } from './state-space-ops';

/** Steps of a chunk: the convolution's cost grows with them, the chain of states shrinks. */
const CHUNK = 16;
/** States by themselves need no states within a chunk, so it may be longer. */
const CHUNK_OF_BANK = 64;
/** What Reshape takes for a size that follows from the others. */
const UNKNOWN = -1;
/** More chunks than this are a loop. */
const LONGEST_CHAIN = 16;

/** Without a `length` a chunk is one step. */
export function portableDiagonalStateSpace({ causalConv1d }: Pick<StateSpaceOps, 'causalConv1d'>, g: GraphBuilder, inputs: DiagonalStateSpaceInputs, { length, reverse = false }: { length?: number; reverse?: boolean }): { y: Value; h: Value } {
  const { system } = inputs;
  const flip = (x: Value) => (reverse ? g.node('Slice', [x, g.ints([-1]), g.ints([Number.MIN_SAFE_INTEGER]), g.ints([1]), g.ints([-1])]) : x);
  const apart = !system.B || (system.channels === 1 && system.outputs === 1);
  const P = length === undefined ? 1 : chunkOf(length, apart ? CHUNK_OF_BANK : CHUNK);
  const chunked: Chunked = { g, system, steps: stepsOf(system), P, chunks: length === undefined ? UNKNOWN : length / P, h0: inputs.h0 };
  const x = flip(inputs.x);
  const { y, h } = apart ? bank(chunked, x) : shared(chunked, x, causalConv1d);
  const skip = system.D && g.node('Mul', [x, g.initializer(`${system.name}.D`, [system.outputs], system.D)]);
  return { y: flip(skip ? g.node('Add', [y, skip]) : y), h };
}

/** The longest chunk that divides the length. */
function chunkOf(length: number, longest: number): number {
  let P = Math.min(length, longest);
  while (length % P !== 0) P--;
  return P;
}

interface Chunked {
  g: GraphBuilder;
  system: DiagonalSystem;
  steps: Step[];
  P: number;
  chunks: number; // or UNKNOWN
  h0: Value | undefined; // [1, G, N, 2]
}

/** Dense maps over all states of a channel: of a chunk to its output and to the state's gain, and of the state to the output. */
function bank({ g, system, steps, P, chunks, h0 }: Chunked, x: Value): { y: Value; h: Value } {
  const { name, channels: D, states: N, B, C } = system;
  const into = (i: number): Complex => (B ? times(steps[i]!.b, entry(B, i)) : { re: 1, im: 0 });
  const out = (i: number): Complex => (B ? entry(C, i) : times(steps[i]!.b, entry(C, i)));
  const states = Array.from({ length: N }, (_, n) => n);
  const answer = Array.from({ length: D * P }, (_, i) => states.reduce((sum, n) => sum + times(times(into(Math.floor(i / P) * N + n), out(Math.floor(i / P) * N + n)), steps[Math.floor(i / P) * N + n]!.power(i % P)).re, 0));
  const within = g.initializer(`${name}.within`, [D, P, P], tensor([D, P, P], (d, from, to) => (from <= to ? answer[d * P + to - from]! : 0)));
  const gain = g.initializer(`${name}.gain`, [D, P, 2 * N], tensor([D, P, 2 * N], (d, t, i) => part(times(into(d * N + (i >> 1)), steps[d * N + (i >> 1)]!.power(P - 1 - t)), i)));
  const fade = g.initializer(`${name}.fade`, [D, 2 * N, P], tensor([D, 2 * N, P], (d, i, t) => realFactor(times(out(d * N + (i >> 1)), steps[d * N + (i >> 1)]!.power(t + 1)), i)));

  const pieces = g.node('Transpose', [g.node('Reshape', [x, g.ints([chunks, P, D])])], { perm: [2, 0, 1] });
  const gains = g.node('Reshape', [g.node('Transpose', [g.node('MatMul', [pieces, gain])], { perm: [1, 0, 2] }), g.ints([chunks, D, N, 2])]);
  const { before, h } = statesBefore({ g, system, steps, P, chunks, h0 }, gains, D);
  const left = g.node('Transpose', [g.node('Reshape', [before, g.ints([chunks, D, 2 * N])])], { perm: [1, 0, 2] });
  const y = g.node('Add', [g.node('MatMul', [pieces, within]), g.node('MatMul', [left, fade])]);
  return { y: g.node('Reshape', [g.node('Transpose', [y], { perm: [1, 2, 0] }), g.ints([1, UNKNOWN, D])]), h };
}

/** Each state by itself, between the maps B and C. */
function shared({ g, system, steps, P, chunks, h0 }: Chunked, x: Value, causalConv1d: StateSpaceOps['causalConv1d']): { y: Value; h: Value } {
  const { name, channels: D, outputs: E, states: N, C } = system;
  const B = system.B!;
  /** a number for each step of a chunk and each state */
  const factors = (suffix: string, value: (t: number, n: number) => number) => g.initializer(`${name}.${suffix}`, [P, N], tensor([P, N], value));
  const drive = (suffix: string, pick: (value: Complex) => number) => {
    const into = g.initializer(`${name}.${suffix}`, [D, N], tensor([D, N], (d, n) => pick(times(steps[n]!.b, entry(B, n * D + d)))));
    return g.node('Reshape', [g.node('MatMul', [x, into]), g.ints([chunks, P, N])]);
  };
  const complexDrive = B.complex || steps.some(({ b }) => b.im !== 0);
  const drives = [drive('into_re', ({ re }) => re), ...(complexDrive ? [drive('into_im', ({ im }) => im)] : [])];

  const taps = (suffix: string, pick: (value: Complex) => number) => g.initializer(`${name}.${suffix}`, [N, P], tensor([N, P], (n, k) => pick(steps[n]!.power(P - 1 - k))));
  const imaginary = C.complex || complexDrive;
  const real = P > 1 || imaginary ? taps('taps_re', ({ re }) => re) : undefined;
  const convolved = (weights: (Value | undefined)[]) => drives.map((x, i) => causalConv1d(g, { x, weight: weights[i]! }, {}).y).reduce((sum, term) => g.node('Add', [sum, term]));
  const withinRe = P === 1 ? drives[0]! : convolved(complexDrive ? [real, taps('taps_minus', ({ im }) => -im)] : [real]); // [chunks, P, N]
  const withinIm = imaginary ? convolved([taps('taps_im', ({ im }) => im), real]) : undefined;
  const last = (of: Value) => g.node('Slice', [of, g.ints([P - 1]), g.ints([P]), g.ints([1])]);
  /** where only the last step's imaginary part is asked for */
  const turnedDrive = () => g.node('ReduceSum', [g.node('Mul', [drives[0]!, factors('gain_im', (t, n) => steps[n]!.power(P - 1 - t).im)]), g.ints([1])], { keepdims: 1 });
  const gains = [last(withinRe), withinIm ? last(withinIm) : turnedDrive()].map((half) => g.node('Reshape', [half, g.ints([chunks, 1, N, 1])]));
  const { before, h } = statesBefore({ g, system, steps, P, chunks, h0 }, g.node('Concat', gains, { axis: 3 }), 1);

  const [re, im] = g.nodes(2, 'Split', [before, g.ints([1, 1])], { axis: 3 }).map((half) => g.node('Reshape', [half, g.ints([chunks, 1, N])])) as [Value, Value];
  const [fade, turn] = [factors('fade_re', (t, n) => steps[n]!.power(t + 1).re), factors('fade_im', (t, n) => steps[n]!.power(t + 1).im)];
  const product = (a: Value, b: Value) => g.node('Mul', [a, b]);
  const read = (frames: Value, suffix: string, pick: (value: Complex) => number) =>
    g.node('MatMul', [g.node('Reshape', [frames, g.ints([1, UNKNOWN, N])]), g.initializer(`${name}.${suffix}`, [N, E], tensor([N, E], (n, e) => pick(entry(C, e * N + n))))]);
  const y = read(g.node('Add', [withinRe, g.node('Sub', [product(re, fade), product(im, turn)])]), 'out_re', ({ re }) => re);
  if (!C.complex) return { y, h };
  const turned = g.node('Add', [withinIm!, g.node('Add', [product(re, turn), product(im, fade)])]);
  return { y: g.node('Add', [y, read(turned, 'out_im', ({ im }) => -im)]), h };
}

/** gains [chunks, G, N, 2], what each chunk adds to the state -> the states before the chunks, and the state behind the last one */
function statesBefore({ g, system, steps, P, chunks, h0 }: Chunked, gains: Value, G: number): { before: Value; h: Value } {
  const { name, states: N } = system;
  const factor = (suffix: string, value: (power: Complex, i: number) => number) =>
    g.initializer(`${name}.${suffix}`, [1, G, N, 2], Float32Array.from({ length: 2 * G * N }, (_, i) => value(steps[i >> 1]!.power(P), i)));
  const straight = factor('straight', ({ re }) => re);
  const crossed = factor('crossed', ({ im }, i) => (i % 2 === 0 ? -im : im));
  const start = h0 ?? g.initializer(`${name}.start`, [1, G, N, 2], new Float32Array(2 * G * N));
  const next = (graph: GraphBuilder, state: Value, gain: Value) => {
    const swapped = graph.node('Slice', [state, graph.ints([1]), graph.ints([Number.MIN_SAFE_INTEGER]), graph.ints([3]), graph.ints([-1])]);
    return graph.node('Add', [graph.node('Add', [graph.node('Mul', [state, straight]), graph.node('Mul', [swapped, crossed])]), gain]);
  };

  if (chunks > LONGEST_CHAIN || chunks === UNKNOWN) {
    const body = new GraphBuilder('chunk', g);
    const [state, gain] = [body.input(`${name}.chunk.state`, [1, G, N, 2]), body.input(`${name}.chunk.gain`, [G, N, 2])];
    body.output(`${name}.chunk.state_next`, next(body, state, body.node('Unsqueeze', [gain, body.ints([0])])), [1, G, N, 2]);
    body.output(`${name}.chunk.before`, body.node('Squeeze', [state, body.ints([0])]), [G, N, 2]);
    const [h, before] = g.nodes(2, 'Scan', [start, gains], { body, num_scan_inputs: 1 });
    return { before: before!, h: h! };
  }
  const before = [start];
  const each = chunks === 1 ? [gains] : g.nodes(chunks, 'Split', [gains, g.ints(new Array<number>(chunks).fill(1))], { axis: 0 });
  for (const gain of each) before.push(next(g, before.at(-1)!, gain));
  const h = before.pop()!;
  return { before: before.length === 1 ? before[0]! : g.node('Concat', before, { axis: 0 }), h };
}

/** Of a pair's half: even the real one. */
const part = ({ re, im }: Complex, i: number) => (i % 2 === 0 ? re : im);

/** What the real or the imaginary half of a state is multiplied with in the real part of its product. */
const realFactor = ({ re, im }: Complex, i: number) => (i % 2 === 0 ? re : -im);

/** A tensor of two or three axes from its places. */
function tensor(dims: readonly number[], value: (a: number, b: number, c: number) => number): Float32Array {
  const [, inner, innermost = 1] = dims as [number, number, number?];
  const size = dims.reduce((product, dim) => product * dim, 1);
  return Float32Array.from({ length: size }, (_, i) => value(Math.floor(i / (inner * innermost)), Math.floor(i / innermost) % inner, i % innermost));
}
