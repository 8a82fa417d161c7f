/** A graph under construction together with the lowering of its recurrent operators and the states that it carries. */
import { GraphBuilder, type Value } from '../graph-builder';
import { native } from './native';
import { portable } from './portable';
import type { StateSpaceOps } from './state-space-ops';

const LOWERINGS = { native, portable };
export type Lowering = keyof typeof LOWERINGS;

/** A tensor that one run hands to the next. It starts as zeros. */
export interface StatePort {
  input: string;
  output: string;
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

  constructor(name: string, lowering: Lowering) {
    super(name);
    this.ops = LOWERINGS[lowering];
  }

  /** Declares the state `name` as an input, and `name`_next as an output. */
  state(name: string, dims: number[]): State {
    const port = { input: name, output: `${name}_next`, dims };
    this.states.push(port);
    return { before: this.input(name, dims), after: (value) => this.output(port.output, value, dims) };
  }
}
