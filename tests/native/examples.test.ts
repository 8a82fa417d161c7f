import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { normWithGate } from '../../native-kernels/examples/gated-rms-norm';
import { streamInPieces } from '../../native-kernels/examples/selective-scan';
import { wordByWord } from '../../native-kernels/examples/wkv';

const file = (name: string) => fileURLToPath(new URL(`../../native-kernels/${name}`, import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const hasPackages = spawnSync(python, ['-c', 'import numpy, onnx, onnxruntime']).status === 0;

it('selective-scan.ts: pieces equal the whole', async () => {
  expect(await streamInPieces()).toBeLessThan(1e-6);
});

it.each(['Wkv6', 'Wkv7'] as const)('wkv.ts: %s word by word equals the whole', async (operator) => {
  expect(await wordByWord(operator)).toBeLessThan(1e-5); // results up to 9, summed in another order
});

it('gated-rms-norm.ts: the operator equals its equations', () => {
  expect(normWithGate()).toBeLessThan(1e-5);
});

it.skipIf(!hasPackages).each([
  ['selective_scan.py', ['SelectiveScan y [2, 50, 24]', 'SelectiveScan h [2, 24, 16]']],
  ['gated_rms_norm.py', ['GatedRmsNorm y [2, 50, 24]']],
  ['wkv.py', ['Wkv6 y [2, 50, 3, 16]', 'Wkv6 s [2, 3, 16, 16]', 'Wkv7 y [2, 50, 3, 16]', 'Wkv7 s [2, 3, 16, 16]']],
])('%s: libssm_ops equals NumPy (set PYTHON to one with onnxruntime, onnx and numpy)', (script, compared) => {
  const output = execFileSync(python, [file(`examples/${script}`), file('build/libssm_ops.so')], { encoding: 'utf8' });
  expect(output.trim().split('\n').map((line) => line.replace(/: largest difference to NumPy \S+$/, ''))).toEqual(compared);
});
