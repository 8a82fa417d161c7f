import type { GraphBuilder } from '../../models/graph/graph-builder';
import type { Tensor } from '../lib';
import type { Machine } from './machine';

/** One way to compute an output from named inputs: a graph that declares the inputs that it needs and its output, or such a model in bytes. */
export type Formulation = { name: string } & ({ build(g: GraphBuilder): void } | { model(): Uint8Array });

export type Peer = Formulation & {
  /** the least ratio of its time to ours that is aimed at */
  aim?: number;
  /** a part of the work, or other work as a yardstick: the output is not compared */
  differs?: true;
  /** runs with so many threads, and only where ours has more */
  threads?: number;
};

/** An operator or a model at one shape: our graph, its peers, and the least time that this machine could need. */
export interface Case {
  op: string;
  shape: string;
  /** what ns_per_element counts */
  elements: number;
  inputs(): Record<string, Tensor>;
  /** what the formulations must agree on, where they have several outputs; the first */
  output?: string;
  ours: Formulation;
  peers: Peer[];
  work: Work;
}

/** `vectorOps` counts fused multiply-adds, or other arithmetic that takes a vector unit's slot as one does, per scalar lane. `bytes` is the size of all tensors read and written. */
export interface Work {
  vectorOps: number;
  bytes: number;
}

/** The larger of the arithmetic and the traffic bound, in milliseconds. */
export async function boundMs(work: Work, machine: Machine): Promise<number> {
  return Math.max(work.vectorOps / machine.multiplyAddsPerMs, await machine.passMs(work.bytes));
}

/** An exponential: round by adding 1.5 * 2^23, a polynomial of degree 4, the exponent added as an integer. */
export const EXP_OPS = 8;
/** exp, its logarithm by a polynomial of like length, maximum and sum. */
export const SOFTPLUS_OPS = 2 * EXP_OPS + 4;
/** exp, sum, division (four slots) and product. */
export const SILU_OPS = EXP_OPS + 6;
