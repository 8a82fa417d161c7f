import type { Dim } from '../graph/onnx-proto';
import type { OnnxModel } from '../graph/onnx-model';
import type { StatePort } from '../graph/lowering/model-graph';

/** A float32 tensor that a session takes or gives; a named dimension is free. */
export interface PortSpec {
  name: string;
  dims: Dim[];
}

/** How sound is cut into runs for a model that takes it piece by piece; all in samples. */
export interface StreamLayout {
  /** a run takes a multiple of this */
  step: number;
  /** the first run takes this many more */
  lead: number;
  /** the most that one run takes, apart from the lead; Infinity for any length */
  longest: number;
  /** the output is late by this: so much is dropped at its beginning, and zeros are fed behind the end */
  delay: number;
  /** zeros behind a recording, at least; then up to the lead and whole steps */
  padding: number;
}

/** How sound is cut for a model that hears a whole recording; all in samples. */
export interface WindowLayout {
  /** what one run takes: shorter recordings are filled up with zeros, longer ones cut */
  shortest: number;
  longest: number;
  /** of neighbouring windows */
  overlap: number;
  /** how many calls of our operators a native run of so many samples makes, for whoever watches one */
  calls(samples: number): number;
}

/** A model as an ONNX graph, with what a caller must know to run it. */
export interface BuiltModel {
  onnx: OnnxModel;
  /** without the states */
  inputs: PortSpec[];
  outputs: PortSpec[];
  /** in float32, zeros before the first run; feed each output to its input in the next run */
  states: StatePort[];
  /** for models that enhance sound: inputs pcm [1, S] and remaining [1], output enhanced [1, S'] */
  stream?: StreamLayout;
  /** for models that hear sound as a whole: input pcm [1, S], output enhanced [1, S] or separated [speakers, S] */
  windows?: WindowLayout;
  /** whether a run takes so much memory that a session should take no more than it needs and give it back afterwards */
  large?: boolean;
  /** tensors of the checkpoint that the architecture does not know */
  unused: string[];
}
