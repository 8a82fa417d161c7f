export type ElementType = 'float32' | 'int64' | 'int32' | 'uint8' | 'bool' | 'float16';

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array | Uint16Array;

/** Dense, row-major. `bool` is held in a Uint8Array, `float16` as the bits in a Uint16Array. */
export interface Tensor {
  type: ElementType;
  dims: number[];
  data: TensorData;
}

/** An input or output as the model declares it; -1 stands for a size that the model leaves open. */
export interface TensorInfo {
  name: string;
  type: ElementType;
  dims: number[];
}

export interface SessionOptions {
  /** Threads of one run; default: all processors. */
  threads?: number;
  /** Whether ONNX Runtime may rewrite the graph; default: all. */
  optimization?: 'all' | 'none';
  /**
   * Of the inputs: `few` (the default) recur, and a plan of the memory is kept for each; `many` never end, and none is; `large` ones leave no memory to waste:
   * no more is taken than a run needs, and it goes back to the system when the run ends.
   */
  shapes?: 'few' | 'many' | 'large';
}

export interface RunOptions {
  /** Ends the run at the next node of the graph; the promise rejects with a DOMException called AbortError. */
  signal?: AbortSignal;
  /** The outputs that are wanted; default: all. */
  outputs?: string[];
}

export interface RunTime {
  /** spent in ONNX Runtime */
  wallMs: number;
  /** processor time of the thread that ran it: with one thread the work itself, however busy the machine is */
  threadMs: number;
}

export interface Session {
  readonly inputNames: string[];
  readonly outputNames: string[];
  readonly inputs: TensorInfo[];
  readonly outputs: TensorInfo[];
  /** Calls of our operators in all runs so far, those in flight too. */
  readonly calls: number;
  /** Off the JavaScript thread; runs of one session may overlap. The feeds' memory is read in place: leave it alone until the promise is settled. */
  run(feeds: Record<string, Tensor>, options?: RunOptions): Promise<Record<string, Tensor>>;
  /** A run whose outputs are dropped. */
  time(feeds: Record<string, Tensor>, options?: RunOptions): Promise<RunTime>;
  /** Runs in flight end undisturbed; later ones reject. */
  dispose(): void;
}

export interface DirectCallOptions {
  /** One of `isas()`; default: `isa()`. */
  isa?: string;
  /** Default: 1. */
  threads?: number;
}

/** Inputs, attributes and outputs by the names that the operator's specification gives them; all tensors float32. */
export type DirectCall = (
  inputs: Record<string, Tensor>,
  attributes?: Record<string, number | string>,
  options?: DirectCallOptions,
) => { outputs: Record<string, Tensor>; /** the instruction set that ran */ isa: string };

export interface NativeKernels {
  /** Reads the model now, so the bytes may change afterwards. Throws a NativeError. */
  openSession(model: Uint8Array | string, options?: SessionOptions): Session;
  /** The instruction set that operators use here; forced by SSM_FORCE_ISA. */
  isa(): string;
  /** Every instruction set that this machine can run. */
  isas(): string[];
  /** What one core can do with the best of them, measured now, in scalar multiply-adds. */
  peakMultiplyAddsPerMs(): number;
  /** The operators without a graph, on the calling thread. For tests and benchmarks. */
  ops: { selectiveScan: DirectCall; causalConv1d: DirectCall; stateSpaceDual: DirectCall; selectiveScan2d: DirectCall; diagonalStateSpace: DirectCall; gatedRmsNorm: DirectCall; wkv6: DirectCall; wkv7: DirectCall };
}
