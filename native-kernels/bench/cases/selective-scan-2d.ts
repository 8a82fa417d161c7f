/** VMamba's cross-scan with softplus and skip: u [1, H, W, D], delta [1, 4, H, W, D], A [4, D, N], B, C [1, 4, H, W, N], D [4, D]. */
import type { GraphBuilder, Value } from '../../../models/graph/graph-builder';
import { native } from '../../../models/graph/lowering/native';
import { portable } from '../../../models/graph/lowering/portable';
import type { StateSpaceOps } from '../../../models/graph/lowering/state-space-ops';
import type { Tensor } from '../../lib';
import { EXP_OPS, SOFTPLUS_OPS, type Case, type Formulation } from '../case';
import { random } from '../tensors';

const PATHS = [0, 1, 2, 3];
const [H, W] = [56, 56];
const L = H * W;
const D = 192;

export const selectiveScan2d = (): Case[] => [1, 16].map(ofState);

function ofState(N: number): Case {
  return {
    op: 'SelectiveScan2d',
    shape: `${H}x${W} D=${D} N=${N}`,
    elements: PATHS.length * L * D * N,
    inputs: () => withParts({
      u: random([1, H, W, D], 1),
      delta: random([1, 4, H, W, D], 2, -4, 0),
      A: random([4, D, N], 3, -N, -1),
      B: random([1, 4, H, W, N], 4),
      C: random([1, 4, H, W, N], 5),
      D: random([4, D], 6),
    }),
    ours: lowered('ssm.SelectiveScan2d', native, N),
    peers: [{ name: '4 gathered scans', build: (g) => buildGathered(g, N), aim: N === 1 ? 2 : 1.2 }, { name: '4 scans, 2 turned', build: (g) => buildTurned(g, N) }, lowered('LinearAttention', portable, N)],
    work: { vectorOps: PATHS.length * L * D * (N * (EXP_OPS + 4) + SOFTPLUS_OPS + 2), bytes: 4 * L * (6 * D + 8 * N) },
  };
}

function lowered(name: string, ops: StateSpaceOps, N: number): Formulation {
  return {
    name,
    build: (g) => {
      const map = (input: string, size: number) => g.input(input, [1, 4, H, W, size]);
      const inputs = { u: g.input('u', [1, H, W, D]), delta: map('delta', D), A: g.input('A', [4, D, N]), B: map('B', N), C: map('C', N), D: g.input('D', [4, D]) };
      g.output('y', ops.selectiveScan2d(g, inputs, { channels: D, states: N }), [1, H, W, D]);
    },
  };
}

/** What the peers' four scans read beside u: their own part of everything, delta, B and C in the order of the path at no cost, as if they had been projected so. */
function withParts(inputs: Record<string, Tensor>): Record<string, Tensor> {
  const all = { ...inputs };
  for (const [name, { dims, data }] of Object.entries(inputs)) {
    if (name === 'u') continue;
    const isMap = dims.length === 5;
    for (const k of PATHS) {
      const size = data.length / PATHS.length;
      const part = (data as Float32Array).subarray(k * size, (k + 1) * size);
      const ordered = isMap ? inOrder(part, k, dims[4]!) : part;
      all[`${name}${k}`] = { type: 'float32', dims: isMap ? [1, L, dims[4]!] : dims.slice(1), data: ordered };
      if (isMap) all[`${name}${k}turned`] = { type: 'float32', dims: [1, L, dims[4]!], data: inOrder(part, k % 2, dims[4]!) };
    }
  }
  return all;
}

/** A map [H, W, size] as path k visits it. */
function inOrder(map: Float32Array, k: number, size: number): Float32Array {
  const result = new Float32Array(map.length);
  for (let step = 0; step < L; step++) {
    const forwards = k >= 2 ? L - 1 - step : step;
    const at = k % 2 === 0 ? forwards : (forwards % H) * W + Math.floor(forwards / H);
    result.set(map.subarray(at * size, (at + 1) * size), step * size);
  }
  return result;
}

function scanAlong(g: GraphBuilder, u: Value, k: number, N: number, order: string, reverse: boolean): Value {
  const map = (input: string, size: number) => g.input(`${input}${k}${order}`, [1, L, size]);
  const inputs = { u, delta: map('delta', D), A: g.input(`A${k}`, [D, N]), B: map('B', N), C: map('C', N), D: g.input(`D${k}`, [D]) };
  return native.selectiveScan(g, inputs, { channels: D, states: N, reverse }).y;
}

const toSequence = (g: GraphBuilder, map: Value) => g.node('Reshape', [map, g.ints([1, L, D])]);
const turned = (g: GraphBuilder, map: Value) => g.node('Transpose', [map], { perm: [0, 2, 1, 3] });
const flipped = (g: GraphBuilder, x: Value) => g.node('Slice', [x, g.ints([-1]), g.ints([Number.MIN_SAFE_INTEGER]), g.ints([1]), g.ints([-1])]);

/** VMamba as published: u copied into four orders, each scanned forwards, each result put back and summed. */
function buildGathered(g: GraphBuilder, N: number): void {
  const u = g.input('u', [1, H, W, D]);
  const orders = [toSequence(g, u), toSequence(g, turned(g, u))];
  const both = (k: number) => g.node('Add', [scanAlong(g, orders[k]!, k, N, '', false), flipped(g, scanAlong(g, flipped(g, orders[k]!), k + 2, N, '', false))]);
  merge(g, both);
}

/** The least that the 1-D kernel needs: it runs backwards by itself, so u and half of the sum are turned once. */
function buildTurned(g: GraphBuilder, N: number): void {
  const u = g.input('u', [1, H, W, D]);
  const orders = [toSequence(g, u), toSequence(g, turned(g, u))];
  const both = (k: number) => g.node('Add', [scanAlong(g, orders[k]!, k, N, 'turned', false), scanAlong(g, orders[k]!, k + 2, N, 'turned', true)]);
  merge(g, both);
}

function merge(g: GraphBuilder, both: (k: number) => Value): void {
  const columns = turned(g, g.node('Reshape', [both(1), g.ints([1, W, H, D])]));
  g.output('y', g.node('Add', [g.node('Reshape', [both(0), g.ints([1, H, W, D])]), columns]), [1, H, W, D]);
}
