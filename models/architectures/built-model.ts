import type { Dim } from '../graph/onnx-proto';
import type { StatePort } from '../graph/lowering/model-graph';

/** A float32 tensor that a session takes or gives; a named dimension is free. */
export interface PortSpec {
  name: string;
  dims: Dim[];
}

/** A model as an ONNX graph, with what a caller must know to run it. */
export interface BuiltModel {
  onnx: Uint8Array;
  /** without the states */
  inputs: PortSpec[];
  outputs: PortSpec[];
  /** in float32, zeros before the first run; feed each output to its input in the next run */
  states: StatePort[];
  /** tensors of the checkpoint that the architecture does not know */
  unused: string[];
}
