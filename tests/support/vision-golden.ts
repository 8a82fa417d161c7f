/** Outputs of independent float64 code, written by tests/golden/<name>.py, against a model of ours with the same weights. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BuiltModel, Lowering } from '../../models/architectures';
import type { WeightMap } from '../../models/checkpoints/safetensors';
import { lowerings, maxDifference, openGraph } from './graph-runner';
import { seededImage, seededWeights } from './seeded';
import type { Shapes } from './weights';

interface Golden {
  weights: Shapes;
  image: number[];
  dims: number[];
  values: number[]; // all, or every STEP-th
}

export const STEP = 73;
/** What the project promises. */
const TOLERANCE = 1e-4;

export function readGoldens(name: string): Record<string, Golden> {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, `../golden/${name}.json`), 'utf8')) as Record<string, Golden>;
}

export function testGoldens(goldens: Record<string, Golden>, builderOf: (name: string) => (weights: WeightMap, lowering: Lowering) => BuiltModel): void {
  const kept = new Map<string, WeightMap>(); // made once for both lowerings
  const weightsOf = (name: string, shapes: Shapes) => kept.get(name) ?? kept.set(name, seededWeights(shapes)).get(name)!;
  describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
    it.skipIf(missing).each(Object.entries(goldens))(`%s gives what the reference gives ${missing ?? ''}`, async (name, { weights, image, dims, values }) => {
      const model = builderOf(name)(weightsOf(name, weights), lowering);
      expect(model.unused).toEqual([]);
      const { logits } = await (await openGraph(model.onnx, lowering))({ [model.inputs[0]!.name]: seededImage(image) });
      expect(logits!.dims).toEqual(dims);
      const compared = logits!.data.length === values.length ? logits!.data : logits!.data.filter((_, i) => i % STEP === 0);
      expect(maxDifference(compared, values)).toBeLessThan(TOLERANCE);
    });
  });
}
