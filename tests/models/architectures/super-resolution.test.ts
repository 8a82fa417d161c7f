/** Published super-resolution weights against the float64 answers of independent NumPy code. */
import { describe, expect, it } from 'vitest';
import { buildDvmsr } from '../../../models/architectures/dvmsr';
import { buildPfvm } from '../../../models/architectures/pfvm';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import { lowerings, maxDifference, nativeMissing, openGraph } from '../../support/graph-runner';
import { readNpz } from '../../support/npz';
import { Random } from '../../support/random';
import { readShared, sharedMissing } from '../../support/shared-files';

/** What the project promises of published weights; 8e-7 was seen on pixels from 0 to 1. */
const TOLERANCE = 1e-4;

const models = [
  { name: 'DVMSR', build: buildDvmsr, file: 'weights/DVMSR/team07_DVMSR.pth', golden: 'goldens/DVMSR_team07__test64.npz' },
  { name: 'PFVM', build: buildPfvm, file: 'weights/PFVM/team34_PFVM.pth', golden: 'goldens/PFVM_params__test64.npz' },
];

describe.each(models)('$name', ({ build, file, golden }) => {
  const absent = sharedMissing(file, golden);

  describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
    it.skipIf(missing ?? absent)(`gives what the reference gives ${missing ?? absent ?? ''}`, async () => {
      const { x, y } = readNpz(readShared(golden));
      const model = build(openCheckpoint(readShared(file)).weights, lowering);
      expect(model.unused).toEqual([]);
      const { upscaled } = await (await openGraph(model.onnx, lowering))({ image: { dims: [1, ...x!.shape], data: x!.data } });
      expect(upscaled!.dims).toEqual([1, ...y!.shape]);
      expect(maxDifference(upscaled!.data, y!.data)).toBeLessThan(TOLERANCE);
    });
  });

  it.skipIf(nativeMissing ?? absent)(`both lowerings agree on several oblong pictures ${nativeMissing ?? absent ?? ''}`, async () => {
    const { weights } = openCheckpoint(readShared(file));
    const image = { dims: [2, 3, 9, 14], data: new Random(3).array(2 * 3 * 9 * 14, 0, 1) };
    const [native, portable] = await Promise.all((['native', 'portable'] as const).map(async (lowering) => (await openGraph(build(weights, lowering).onnx, lowering))({ image })));
    expect(native!.upscaled!.dims).toEqual([2, 3, 36, 56]);
    expect(maxDifference(native!.upscaled!.data, portable!.upscaled!.data)).toBeLessThan(TOLERANCE);
  });
});
