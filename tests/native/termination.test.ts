import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative } from '../../native-kernels/lib';
import { random } from './tensors';

const N = 512;
/** Enough nodes for many seconds: each takes about 10 ms. */
const NODES = 2000;
const feeds = { x: random([N, N], 1), w: random([N, N], 2) };

function openGraph(nodes = NODES) {
  const g = new GraphBuilder('long');
  const x = g.input('x', [N, N]);
  const w = g.input('w', [N, N]);
  let value = x;
  for (let i = 0; i < nodes; i++) value = g.node('Tanh', [g.node('MatMul', [value, w])]);
  g.output('y', value, [N, N]);
  return loadNative().openSession(g.toModel(), { threads: 1 });
}

describe('a run in flight', () => {
  it('ends long before its end when its abort signal comes, and the session lives on', async () => {
    const [whole, part] = [openGraph(), openGraph(NODES / 20)];
    const timed = async (work: Promise<unknown>) => {
      const start = performance.now();
      await work;
      return performance.now() - start;
    };
    const twentieth = await timed(part.run(feeds));
    for (let round = 0; round < 2; round++) {
      const controller = new AbortController();
      const run = whole.run(feeds, { signal: controller.signal });
      await new Promise((resolve) => setTimeout(resolve, 50));
      controller.abort();
      expect(await timed(expect(run).rejects.toMatchObject({ name: 'AbortError' }))).toBeLessThan(10 * twentieth);
    }
    whole.dispose();
    part.dispose();
  });

  it('does not start under a signal that is aborted already, nor stop other runs', async () => {
    const g = new GraphBuilder('short');
    g.output('y', g.node('Neg', [g.input('x', [2])]), [2]);
    const session = loadNative().openSession(g.toModel(), { threads: 1 });
    const controller = new AbortController();
    const other = session.run({ x: random([2], 1) });
    controller.abort();
    await expect(session.run({ x: random([2], 1) }, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect((await other).y!.dims).toEqual([2]);
  });

  it('leaves the JavaScript thread free', async () => {
    const session = openGraph();
    const controller = new AbortController();
    const run = session.run(feeds, { signal: controller.signal }).catch((error: Error) => error.name);
    let settled = false;
    void run.then(() => (settled = true));
    for (let tick = 0; tick < 20; tick++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(settled).toBe(false);
    controller.abort();
    expect(await run).toBe('AbortError');
  });
});
