/** The checks that the recipes bring along, and a minute of training of each on generated data. Python must have torch, scipy, Pillow, soundfile and safetensors. */
import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const python = process.env.PYTHON ?? 'python3';
const hasPackages = spawnSync(python, ['-c', 'import torch, scipy, PIL, soundfile, safetensors']).status === 0;
const run = (script: string, ...args: string[]) => promisify(execFile)(python, [path.join('models/training', script), ...args]);

describe.skipIf(!hasPackages)('recipes (set PYTHON to one with torch, scipy, pillow, soundfile and safetensors)', () => {
  it.each(['mamba_unet/test_model.py', 'nuclei/test_recipe.py', 'facades/test_recipe.py', 'speech/language/test_recipe.py'])('%s', async (script) => {
    expect((await run(script)).stdout).toMatch(/^(test_\w+: holds\n)+$/);
  });

  it.each(['nuclei', 'facades'])('%s learns generated pictures in a minute, and what it learned can be exported', { timeout: 1_200_000 }, async (name) => {
    const out = newFolder();
    expect((await run(`${name}/train.py`, '--smoke', '--float32', '--out', out)).stdout).toMatch(/steps of 2 generated crops, loss [\d.]+ -> [\d.]+/);
    const [model, golden] = ['model.safetensors', 'golden.safetensors'].map((file) => path.join(out, file)) as [string, string];
    expect((await run(`${name}/export.py`, '--checkpoint', path.join(out, 'best.pt'), '--model', model, '--golden', golden)).stdout).toContain('maps [1, ');
  });
  it('speech learns tones in a minute, at any size and with batches prepared aside', { timeout: 1_200_000 }, async () => {
    const { stdout } = await run('speech/run.py', '--smoke', '--width', '128', '--blocks', '4', '--loaders', '1');
    expect(stdout).toMatch(/model\.safetensors: 573400 parameters/);
    expect(stdout).toMatch(/tones test WER [\d.]+/);
  });
});
