import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative, type Tensor } from '../../native-kernels/lib';
import { random } from './tensors';

const here = path.dirname(fileURLToPath(import.meta.url));
const library = path.join(here, '../../native-kernels/build/libssm_ops.so');
const python = process.env.PYTHON ?? 'python3';
const hasOnnxRuntime = spawnSync(python, ['-c', 'import onnxruntime, numpy']).status === 0;

it.skipIf(!hasOnnxRuntime)('libssm_ops gives Python (set PYTHON to one with onnxruntime) what the addon gives', async () => {
  const g = new GraphBuilder('library');
  const feeds: Record<string, Tensor> = { x: random([2, 9, 6], 1), dt: random([2, 9, 6], 2), B: random([2, 9, 4], 3), C: random([2, 9, 4], 4) };
  const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { dims }]) => [name, g.input(name, dims)]));
  const conv = g.node('CausalConv1d', [inputs.x, g.initializer('w', [6, 3], random([6, 3], 5).data as Float32Array)], { activation: 'silu' }, 'ssm');
  const A = g.initializer('A', [6, 4], Float32Array.from({ length: 24 }, (_, i) => -(i % 4) - 1));
  const [y, h] = g.nodes(2, 'SelectiveScan', [conv, inputs.dt, A, inputs.B, inputs.C], { delta_softplus: 1 }, 'ssm');
  g.output('y', y!, [2, 9, 6]);
  g.output('h', h!, [2, 6, 4]);

  const folder = mkdtempSync(path.join(tmpdir(), 'ssm-ops-'));
  try {
    const [model, json] = [path.join(folder, 'model.onnx'), path.join(folder, 'feeds.json')];
    writeFileSync(model, g.toModel());
    writeFileSync(json, JSON.stringify(Object.fromEntries(Object.entries(feeds).map(([name, { dims, data }]) => [name, { dims, data: Array.from(data as Float32Array) }]))));
    const output = JSON.parse(execFileSync(python, [path.join(here, 'operator-library.py'), library, model, json], { encoding: 'utf8' }));
    const session = loadNative().openSession(model, { threads: 1 });
    for (const [name, { dims, data }] of Object.entries(await session.run(feeds))) {
      expect(output[name].dims).toEqual(dims);
      (data as Float32Array).forEach((value, i) => expect(output[name].data[i]).toBeCloseTo(value, 5));
    }
    session.dispose();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
