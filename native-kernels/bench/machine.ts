/** What this machine does at its best, measured through the same runtime with the same threads: the yardsticks of the bounds. */
import { GraphBuilder } from '../../models/graph/graph-builder';
import type { NativeKernels } from '../lib';
import { random } from './tensors';

export interface Machine {
  /** fused multiply-adds in a millisecond, from the best of some matrix products of 768 squared */
  fmaPerMs: number;
  /** bytes read and written in a millisecond, from the best of some passes over 64 MiB */
  bytesPerMs: number;
}

const SIDE = 768;
const COPY_ELEMENTS = 1 << 24;
const ROUNDS = 15;

export async function measureMachine(native: NativeKernels, threads: number): Promise<Machine> {
  const product = new GraphBuilder('product');
  product.output('y', product.node('MatMul', [product.input('a', [SIDE, SIDE]), product.input('b', [SIDE, SIDE])]), [SIDE, SIDE]);
  const copy = new GraphBuilder('copy');
  copy.output('y', copy.node('Neg', [copy.input('x', [COPY_ELEMENTS])]), [COPY_ELEMENTS]);
  const best = async (g: GraphBuilder, feeds: Record<string, ReturnType<typeof random>>) => {
    const session = native.openSession(g.toModel(), { threads });
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) times.push(await session.time(feeds));
    session.dispose();
    return Math.min(...times);
  };
  const productMs = await best(product, { a: random([SIDE, SIDE], 1), b: random([SIDE, SIDE], 2) });
  const copyMs = await best(copy, { x: random([COPY_ELEMENTS], 3) });
  return { fmaPerMs: SIDE ** 3 / productMs, bytesPerMs: (2 * 4 * COPY_ELEMENTS) / copyMs };
}
