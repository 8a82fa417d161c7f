/** The time mixing of RWKV-6 and RWKV-7: r, w, k, v, kappa, a [1, L, H, N], u [H, N]; a state [H, N, N] of keys by values. */
import { GraphBuilder, type Value } from '../../../models/graph/graph-builder';
import type { Case, Formulation } from '../case';
import { random } from '../tensors';

const H = 8;
const N = 64;

export const wkv = (): Case[] => [256, 2048].flatMap((L) => [wkv6(L), wkv7(L)]);

function wkv6(L: number): Case {
  const formulation = (name: string, build: (g: GraphBuilder, inputs: Inputs6) => Value): Formulation => ({ name, build: (g) => g.output('y', build(g, { ...steps(g, L), u: g.input('u', [H, N]) }), [1, L, H, N]) });
  return {
    op: 'Wkv6',
    ...ofLength(L, leastPerStep(2, 3), 5),
    ours: formulation('ssm.Wkv6', (g, { r, w, k, v, u }) => g.node('Wkv6', [r, w, k, v, u], {}, 'ssm')),
    peers: [formulation('Scan', scan6), formulation('LinearAttention', (g, inputs) => linearAttention(g, inputs, L))],
  };
}

function wkv7(L: number): Case {
  const formulation = (name: string, build: (g: GraphBuilder, inputs: Inputs7) => Value): Formulation => ({
    name,
    build: (g) => g.output('y', build(g, { ...steps(g, L), kappa: g.input('kappa', [1, L, H, N]), a: g.input('a', [1, L, H, N]) }), [1, L, H, N]),
  });
  return {
    op: 'Wkv7',
    ...ofLength(L, leastPerStep(4, 10), 7),
    ours: formulation('ssm.Wkv7', (g, { r, w, k, v, kappa, a }) => g.node('Wkv7', [r, w, k, v, kappa, a], {}, 'ssm')),
    peers: [formulation('Scan', scan7)],
  };
}

function ofLength(L: number, perStep: number, tensors: number) {
  const at = (seed: number, low: number, high: number) => random([1, L, H, N], seed, low, high);
  return {
    shape: `L=${L} H=${H} N=${N}`,
    elements: L * H * N * N,
    inputs: () => ({ r: at(1, -1, 1), w: at(2, 0.3, 1), k: at(3, -1, 1), v: at(4, -1, 1), u: random([H, N], 5), kappa: at(6, -0.2, 0.2), a: at(7, 0, 1) }),
    work: { vectorOps: L * H * perStep, bytes: 4 * tensors * L * H * N },
  };
}

/**
 * Multiply-adds of one head and time step in the form with chunks of Q steps: the state takes `visits` for each step and a decay once a chunk, and a step meets the Q/2 before it in its chunk in `meetings`
 * with a row. The best Q is taken.
 */
function leastPerStep(visits: number, meetings: number): number {
  const perStep = (Q: number) => visits * N * N + (N * N) / Q + (Q / 2) * meetings * N;
  return Math.min(...[1, 2, 4, 8, 16].map(perStep));
}

interface Steps {
  r: Value;
  w: Value;
  k: Value;
  v: Value;
}
type Inputs6 = Steps & { u: Value };
type Inputs7 = Steps & { kappa: Value; a: Value };

const steps = (g: GraphBuilder, L: number): Steps => {
  const step = (name: string) => g.input(name, [1, L, H, N]);
  return { r: step('r'), w: step('w'), k: step('k'), v: step('v') };
};

/** sum_n r[n] u[n] k[n], times v */
function bonus(g: GraphBuilder, { r, k, v, u }: Inputs6): Value {
  return g.node('Mul', [g.node('ReduceSum', [g.node('Mul', [g.node('Mul', [r, u]), k]), g.ints([-1])], { keepdims: 1 }), v]);
}

function scan6(g: GraphBuilder, inputs: Inputs6): Value {
  const read = recurrence(g, { rows: { r: inputs.r, v: inputs.v }, columns: { w: inputs.w, k: inputs.k } }, (body, S, { r, v, w, k }) => ({
    y: body.node('MatMul', [r!, S]),
    next: body.node('Add', [body.node('Mul', [w!, S]), body.node('Mul', [k!, v!])]),
  }));
  return g.node('Add', [read, bonus(g, inputs)]);
}

function scan7(g: GraphBuilder, { r, w, k, v, kappa, a }: Inputs7): Value {
  return recurrence(g, { rows: { r, v, kappa }, columns: { w, k, removal: g.node('Mul', [a, kappa]) } }, (body, S, step) => {
    const removed = body.node('Mul', [step.removal!, body.node('MatMul', [step.kappa!, S])]);
    const kept = body.node('Sub', [body.node('Mul', [step.w!, S]), removed]);
    const next = body.node('Add', [kept, body.node('Mul', [step.k!, step.v!])]);
    return { y: body.node('MatMul', [step.r!, next]), next };
  });
}

/** An ONNX Scan over the state [H, N, N] that is zero before; a step's tensors are rows [H, 1, N] or columns [H, N, 1]. */
function recurrence(
  g: GraphBuilder,
  { rows, columns }: { rows: Record<string, Value>; columns: Record<string, Value> },
  step: (body: GraphBuilder, S: Value, tensors: Record<string, Value>) => { y: Value; next: Value },
): Value {
  const turned = (tensors: Record<string, Value>, axis: number) => Object.values(tensors).map((tensor) => g.node('Unsqueeze', [g.node('Squeeze', [tensor, g.ints([0])]), g.ints([axis])]));
  const body = new GraphBuilder('step', g);
  const S = body.input('S', [H, N, N]);
  const inputs = (tensors: Record<string, Value>, dims: number[]) => Object.keys(tensors).map((name): [string, Value] => [name, body.input(`${name}_t`, dims)]);
  const { y, next } = step(body, S, Object.fromEntries([...inputs(rows, [H, 1, N]), ...inputs(columns, [H, N, 1])]));
  body.output('S_next', next, [H, N, N]);
  body.output('y_t', y, [H, 1, N]);
  const start = g.initializer('S_start', [H, N, N], new Float32Array(H * N * N));
  const scanned = [...turned(rows, 2), ...turned(columns, 3)];
  const [, read] = g.nodes(2, 'Scan', [start, ...scanned], { body, num_scan_inputs: scanned.length });
  return g.node('Unsqueeze', [g.node('Squeeze', [read!, g.ints([2])]), g.ints([0])]);
}

/** Its steps read the state behind them, those of RWKV-6 the one before: so the reads go one step ahead. */
function linearAttention(g: GraphBuilder, inputs: Inputs6, L: number): Value {
  const flat = (x: Value) => g.node('Reshape', [x, g.ints([1, L, H * N])]);
  const zeros = g.initializer('no_step', [1, 1, H * N], new Float32Array(H * N));
  const cut = (x: Value, start: number, end: number) => g.node('Slice', [x, g.ints([start]), g.ints([end]), g.ints([1])]);
  const query = g.node('Concat', [cut(flat(inputs.r), 1, L), zeros], { axis: 1 });
  const attributes = { q_num_heads: H, kv_num_heads: H, update_rule: 'gated', scale: { float: 1 } };
  const [ahead] = g.nodes(2, 'LinearAttention', [query, flat(inputs.k), flat(inputs.v), undefined, flat(g.node('Log', [inputs.w]))], attributes, 'com.microsoft');
  const read = g.node('Concat', [zeros, cut(ahead!, 0, L - 1)], { axis: 1 });
  return g.node('Add', [g.node('Reshape', [read, g.ints([1, L, H, N])]), bonus(g, inputs)]);
}
