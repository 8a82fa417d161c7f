/** What this machine does at its best with some threads, measured in the same run: the yardsticks of the bounds. */
import { availableParallelism } from 'node:os';
import { GraphBuilder } from '../../models/graph/graph-builder';
import type { NativeKernels, Session } from '../lib';
import { cost } from './statistics';

const PASSES = 15;

export class Machine {
  readonly multiplyAddsPerMs: number;
  private readonly copy: Session;

  constructor(
    native: NativeKernels,
    private readonly threads: number,
  ) {
    this.multiplyAddsPerMs = native.peakMultiplyAddsPerMs() * Math.min(threads, availableParallelism());
    const g = new GraphBuilder('copy');
    g.output('y', g.node('Neg', [g.input('x', ['n'])]), ['n']);
    this.copy = native.openSession(g.toModel(), { threads });
  }

  /** The best of some passes that read half of `bytes` and write the other half: from the caches if they hold so much. */
  async passMs(bytes: number): Promise<number> {
    const elements = Math.ceil(bytes / 8);
    const feeds = { x: { type: 'float32' as const, dims: [elements], data: new Float32Array(elements).fill(1) } };
    let best = Infinity;
    for (let i = 0; i < PASSES; i++) best = Math.min(best, cost(await this.copy.time(feeds), this.threads));
    return best;
  }

  dispose(): void {
    this.copy.dispose();
  }
}
