/** What this machine does at its best with some threads, measured in the same run: the yardsticks of the bounds. */
import { availableParallelism } from 'node:os';
import { GraphBuilder } from '../../models/graph/graph-builder';
import type { NativeKernels } from '../lib';

export interface Machine {
  multiplyAddsPerMs: number;
  /** bytes read and written */
  bytesPerMs: number;
}

const COPY_ELEMENTS = 1 << 24;
const ROUNDS = 15;

export async function measureMachine(native: NativeKernels, threads: number): Promise<Machine> {
  return {
    multiplyAddsPerMs: native.peakMultiplyAddsPerMs() * Math.min(threads, availableParallelism()),
    bytesPerMs: (2 * 4 * COPY_ELEMENTS) / (await bestPass(native, threads)),
  };
}

/** Milliseconds of the best of some passes over 64 MiB in and 64 MiB out. */
async function bestPass(native: NativeKernels, threads: number): Promise<number> {
  const g = new GraphBuilder('copy');
  g.output('y', g.node('Neg', [g.input('x', [COPY_ELEMENTS])]), [COPY_ELEMENTS]);
  const session = native.openSession(g.toModel(), { threads });
  const feeds = { x: { type: 'float32' as const, dims: [COPY_ELEMENTS], data: new Float32Array(COPY_ELEMENTS).fill(1) } };
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) times.push(await session.time(feeds));
  session.dispose();
  return Math.min(...times);
}
