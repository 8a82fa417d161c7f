/** Runs float32 graphs in either runtime: native ones through our addon, portable ones through onnxruntime-node. */
import * as ort from 'onnxruntime-node';
import { expect } from 'vitest';
import type { BuiltModel, Lowering } from '../../models/architectures';
import type { OnnxModel } from '../../models/graph/onnx-model';
import type { StatePort } from '../../models/graph/lowering/model-graph';
import { loadNative, NativeUnavailableError } from '../../native-kernels/lib';

export interface FloatTensor {
  dims: number[];
  data: Float32Array;
}
export type Tensors = Record<string, FloatTensor>;
export type Run = (feeds: Tensors) => Promise<Tensors>;

/** Why native graphs cannot run here, or nothing. */
export const nativeMissing = whyNativeIsMissing();

/** The lowerings that this machine can run; a test of `native` is named and skipped where it cannot. */
export const lowerings: { lowering: Lowering; missing: string | undefined }[] = [
  { lowering: 'portable', missing: undefined },
  { lowering: 'native', missing: nativeMissing },
];

function whyNativeIsMissing(): string | undefined {
  try {
    loadNative();
    return undefined;
  } catch (error) {
    if (error instanceof NativeUnavailableError) return error.message;
    throw error;
  }
}

export async function openGraph(model: OnnxModel | Uint8Array, lowering: Lowering): Promise<Run> {
  const onnx = model instanceof Uint8Array ? model : model.toBytes();
  return lowering === 'native' ? openNative(onnx) : openPortable(onnx);
}

/** A model that hears windows says how many calls of our operators a native run makes; each of `lengths` is run. */
export async function expectCalls({ onnx, windows }: Pick<BuiltModel, 'onnx' | 'windows'>, lengths: readonly number[]): Promise<void> {
  const session = loadNative().openSession(onnx.toBytes(), { threads: 1 });
  for (const samples of lengths) {
    const before = session.calls;
    await session.run({ pcm: { type: 'float32', dims: [1, samples], data: Float32Array.from({ length: samples }, (_, i) => Math.sin(i)) } });
    expect(session.calls - before).toBe(windows!.calls(samples));
  }
}

async function openPortable(onnx: Uint8Array): Promise<Run> {
  const session = await ort.InferenceSession.create(onnx, { intraOpNumThreads: 1 });
  return async (feeds) => {
    const tensors = Object.entries(feeds).map(([name, { dims, data }]) => [name, new ort.Tensor('float32', data, dims)]);
    const results = await session.run(Object.fromEntries(tensors) as Record<string, ort.Tensor>);
    return Object.fromEntries(Object.entries(results).map(([name, { dims, data }]) => [name, { dims: [...dims], data: data as Float32Array }]));
  };
}

function openNative(onnx: Uint8Array): Run {
  const session = loadNative().openSession(onnx, { threads: 1 });
  return async (feeds) => {
    const tensors = Object.entries(feeds).map(([name, tensor]) => [name, { type: 'float32' as const, ...tensor }]);
    const results = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]));
  };
}

/** Zeros for every state, under the names of the inputs. */
export function initialStates(states: readonly StatePort[]): Tensors {
  return Object.fromEntries(states.map(({ input, dims }) => [input, { dims, data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)) }]));
}

/** What the run before left, under the names of the inputs. */
export function nextStates(states: readonly StatePort[], results: Tensors): Tensors {
  return Object.fromEntries(states.map(({ input, output }) => [input, results[output]!]));
}

/** The largest |a - b|. Throws where the lengths differ or a value is not finite. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`lengths differ: ${a.length} and ${b.length}`);
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!Number.isFinite(difference)) throw new Error(`not finite at ${i}: ${a[i]}, ${b[i]}`);
    worst = Math.max(worst, difference);
  }
  return worst;
}

/** The largest |a - b| as a fraction of the largest |b|. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return maxDifference(a, b) / Array.from(b).reduce((largest, value) => Math.max(largest, Math.abs(value)), Number.MIN_VALUE);
}
