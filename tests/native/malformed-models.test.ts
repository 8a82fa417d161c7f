import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const here = path.dirname(fileURLToPath(import.meta.url));
const script = path.join(here, '../../native-kernels/build/malformed-models.mjs');

beforeAll(() => build({ entryPoints: [path.join(here, 'malformed-models.ts')], outfile: script, bundle: true, platform: 'node', format: 'esm', packages: 'external' }));
afterAll(() => rmSync(script, { force: true }));

it('damaged models are refused, fail or run: nothing crashes, aborts or prints', () => {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [script, '1200'], { encoding: 'utf8' });
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  const { refused, failed, ran } = JSON.parse(stdout) as Record<'refused' | 'failed' | 'ran', number>;
  expect(refused + failed + ran).toBe(1200);
  expect(Math.min(refused, ran)).toBeGreaterThan(30);
});
