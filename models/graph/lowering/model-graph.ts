/** A graph under construction together with the lowering of its recurrent operators and the states that it carries. */
import { GraphBuilder, type Value } from '../graph-builder';
import type { Dim } from '../onnx-proto';
import { native } from './native';
import { portable } from './portable';
import type { StateSpaceOps } from './state-space-ops';

const LOWERINGS = { native, portable };
export type Lowering = keyof typeof LOWERINGS;

/** A tensor that one run hands to the next. It starts as zeros. */
export interface StatePort {
  input: string;
  output: string;
  /** at the start; a queue's length changes from run to run */
  dims: number[];
}

export interface State {
  readonly before: Value;
  /** Says what the state is after this run. */
  after(value: Value): void;
}

export class ModelGraph extends GraphBuilder {
  readonly ops: StateSpaceOps;
  readonly states: StatePort[] = [];

  /** A body graph takes its outer graph. */
  constructor(name: string, readonly lowering: Lowering, outer?: GraphBuilder) {
    super(name, outer);
    this.ops = LOWERINGS[lowering];
  }

  /** Declares the state `name` as an input, and `name`_next as an output. */
  state(name: string, dims: number[]): State {
    return this.carry(name, dims, () => dims);
  }

  /** A state whose size along `axis` may change. */
  queue(name: string, dims: number[], axis: number): State {
    return this.carry(name, dims, (port) => dims.map((dim, i) => (i === axis ? `${port}.length` : dim)));
  }

  private carry(input: string, dims: number[], declared: (port: string) => Dim[]): State {
    const output = `${input}_next`;
    this.states.push({ input, output, dims });
    return { before: this.input(input, declared(input)), after: (value) => this.output(output, value, declared(output)) };
  }
}
