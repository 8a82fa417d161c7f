/** SPMamba as tests/golden/sp_mamba.py made it: shapes for seeded weights, and its float64 answers to seeded sound. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WeightMap } from '../../models/checkpoints/safetensors';
import { seededFile, seededTensor, seededWeights } from './seeded';
import type { Shapes } from './weights';

interface Case {
  shapes: Shapes;
  samples: number;
  values: number[];
}

const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../golden/sp-mamba.json'), 'utf8')) as {
  ranges: Record<string, [number, number]>;
  cases: Record<string, Omit<Case, 'shapes'> & { blocks: number; weights: Shapes }>;
};

export const SP_MAMBA: Record<string, Case> = Object.fromEntries(Object.entries(golden.cases).map(([name, { blocks, weights, ...rest }]) => [name, { ...rest, shapes: repeated(weights, blocks) }]));
export const SP_MAMBA_SMALL = SP_MAMBA['small']!.shapes; // at 4000 Hz
export const SP_MAMBA_PUBLISHED = SP_MAMBA['as published, 8 kHz']!.shapes;

export const spMambaWeights = (shapes: Shapes): WeightMap => seededWeights(shapes, golden.ranges);
export const spMambaFile = (shapes: Shapes): Uint8Array => seededFile(shapes, golden.ranges);
export const spMambaSound = (samples: number, name = 'sound'): Float32Array<ArrayBuffer> => seededTensor(name, [samples], [-0.3, 0.3]) as Float32Array<ArrayBuffer>;

/** The shapes of the first block for all. */
function repeated(weights: Shapes, blocks: number): Shapes {
  return Object.fromEntries(Object.entries(weights).flatMap(([name, shape]) => (name.startsWith('blocks.0.') ? Array.from({ length: blocks }, (_, i) => [name.replace('.0.', `.${i}.`), shape]) : [[name, shape]])));
}
