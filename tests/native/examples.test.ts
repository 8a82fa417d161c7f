import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { streamInPieces } from '../../native-kernels/examples/selective-scan';

const file = (name: string) => fileURLToPath(new URL(`../../native-kernels/${name}`, import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const hasPackages = spawnSync(python, ['-c', 'import numpy, onnx, onnxruntime']).status === 0;

it('selective-scan.ts: pieces equal the whole', async () => {
  expect(await streamInPieces()).toBeLessThan(1e-6);
});

it.skipIf(!hasPackages)('selective_scan.py: libssm_ops equals NumPy (set PYTHON to one with onnxruntime, onnx and numpy)', () => {
  const output = execFileSync(python, [file('examples/selective_scan.py'), file('build/libssm_ops.so')], { encoding: 'utf8' });
  expect(output).toMatch(/^y \[2, 50, 24\]: largest difference to NumPy \S+\nh \[2, 24, 16\]: largest difference to NumPy \S+\n$/);
});
