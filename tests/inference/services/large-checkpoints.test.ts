/**
 * A large checkpoint is imported and opened in less than 1.5 times its size of memory. MAMBA_CHECKPOINT_MB=2048 makes it that large:
 * `MAMBA_CHECKPOINT_MB=2048 npx vitest run tests/inference/services/large-checkpoints.test.ts` prints the peaks.
 */
import { closeSync, openSync, rmSync, mkdtempSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { beginPeak, peakMemory, unmeasured } from '../../support/child-memory';
import { nativeMissing } from '../../support/graph-runner';
import { realHost } from '../../support/services';

const D = 2048;
const E = 2 * D;
const LEVELS = 8; // few frames, so that running costs little
const LAYER_MB = 101;
const layers = Math.max(3, Math.round(Number(process.env.MAMBA_CHECKPOINT_MB ?? 300) / LAYER_MB));
const RATIO = 1.5;
const MINUTES = 10;

const host = realHost();
let folder: string;
const file = () => path.join(folder, 'large.safetensors');

/** A CleanUMamba with wide Mamba layers. */
function shapes(): [string, number[]][] {
  const [C, R, N] = [8, 128, 16];
  const affine = (name: string, weight: number[], bias: number): [string, number[]][] => [[`${name}.weight`, weight], [`${name}.bias`, [bias]]];
  const layer = (i: number): [string, number[]][] => [
    ...affine(`tsfm_Mamba_layers.${i}.norm`, [D], D),
    ...Object.entries({
      'A_log': [E, N], 'D': [E], 'in_proj.weight': [2 * E, D], 'conv1d.weight': [E, 1, 4], 'conv1d.bias': [E],
      'x_proj.weight': [R + 2 * N, E], 'dt_proj.weight': [E, R], 'dt_proj.bias': [E], 'out_proj.weight': [D, E],
    }).map(([key, shape]): [string, number[]] => [`tsfm_Mamba_layers.${i}.mixer.${key}`, shape]),
  ];
  return [
    ...Array.from({ length: LEVELS }, (_, i) => [...affine(`encoder.${i}.0`, [C, i === 0 ? 1 : C, 4], C), ...affine(`encoder.${i}.2`, [2 * C, C, 1], 2 * C)]).flat(),
    ...Array.from({ length: LEVELS }, (_, i) => [...affine(`decoder.${i}.0`, [2 * C, C, 1], 2 * C), ...affine(`decoder.${i}.2`, [C, i === LEVELS - 1 ? 1 : C, 4], i === LEVELS - 1 ? 1 : C)]).flat(),
    ...affine('tsfm_conv1', [D, C, 1], D), ...affine('tsfm_conv2', [C, D, 1], C), ...affine('norm_f', [D], D),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
  ];
}

/** Piece by piece, so that the test itself stays small. */
function write(): void {
  let end = 0;
  const sized = shapes().map(([name, shape]) => ({ name, shape, size: shape.reduce((product, dim) => product * dim, 1) }));
  const header = Buffer.from(JSON.stringify(Object.fromEntries(sized.map(({ name, shape, size }) => [name, { dtype: 'F32', shape, data_offsets: [end, (end += 4 * size)] }]))));
  const output = openSync(file(), 'w');
  writeSync(output, BigUint64Array.of(BigInt(header.length)));
  writeSync(output, header);
  const some = Float32Array.from({ length: 1 << 20 }, (_, i) => 0.01 * Math.sin(i));
  for (const { size } of sized) for (let left = size; left > 0; left -= some.length) writeSync(output, some.subarray(0, Math.min(left, some.length)));
  closeSync(output);
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mamba-large-'));
  write();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Peak of the child's memory during `work`, as a multiple of the file. */
async function ratioOf(what: string, work: () => Promise<unknown>): Promise<number> {
  await host.serve({ service: 'native', params: {} });
  beginPeak(host.pid!);
  await work();
  const [peak, { size }] = [peakMemory(host.pid!), statSync(file())];
  console.log(`${what}: a file of ${(size / 1e6).toFixed(0)} MB, peak ${(peak / 1e6).toFixed(0)} MB, ${(peak / size).toFixed(2)} times`);
  return peak / size;
}

it.skipIf(unmeasured)('is imported', async () => {
  expect(await ratioOf('import', () => host.serve({ service: 'adoptModel', params: { input: file(), staged: path.join(folder, 'staged'), id: 'large' } }))).toBeLessThan(RATIO);
}, MINUTES * 60_000);

it.skipIf(unmeasured ?? nativeMissing)('is opened and run, native and portable alike', async () => {
  const model = { id: 'large', weights: file() };
  const test = async () => expect(await host.serve({ service: 'selfTest', params: { model, device: 'native', threads: 1 } })).toMatchObject({ ok: true, finding: 'agree' });
  expect(await ratioOf('two sessions', test)).toBeLessThan(2 * RATIO);
}, MINUTES * 60_000);
