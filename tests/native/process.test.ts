import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative } from '../../native-kernels/lib';
import { random } from './tensors';

const here = path.dirname(fileURLToPath(import.meta.url));
const script = path.join(here, '../../native-kernels/build/process-test.mjs');

describe('a process with a run of minutes in flight', () => {
  beforeAll(() => build({ entryPoints: [path.join(here, 'process-script.ts')], outfile: script, bundle: true, platform: 'node', format: 'esm', packages: 'external' }));
  afterAll(() => rmSync(script, { force: true }));

  it.each([
    ['exit', 3],
    ['throw', 1],
  ])('leaves at once and cleanly: %s', (way, status) => {
    const start = performance.now();
    const child = spawnSync(process.execPath, [script, way], { encoding: 'utf8' });
    expect(child.signal).toBeNull();
    expect(child.status).toBe(status);
    expect(performance.now() - start).toBeLessThan(40 * Number(child.stdout)); // a hundred of these would be the whole run
  });
});

it('sessions that are disposed give their memory back', async () => {
  const g = new GraphBuilder('neg');
  g.output('y', g.node('Neg', [g.input('x', [1000, 1000])]), [1000, 1000]);
  const model = g.toModel();
  const feeds = { x: random([1000, 1000], 1) };
  const cycle = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const session = loadNative().openSession(model, { threads: 1 });
      await session.run(feeds);
      session.dispose();
    }
    return process.memoryUsage().rss;
  };
  const before = await cycle(30);
  expect((await cycle(100)) - before).toBeLessThan(150e6); // 100 sessions hold 400 MB of results and work space between them
});
