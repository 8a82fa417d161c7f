import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { runBench } from '../../native-kernels/bench/run';

afterEach(() => vi.restoreAllMocks());

it('writes a row for each peer, whose outputs equalled ours', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    const file = path.join(folder, 'rows.json');
    expect(await runBench(['--only', 'causalconv1d l=1024 d=768 k=4 c', '--threads', '1', '--json', file])).toBe(0);
    const rows = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number | string>[];
    expect(rows.map(({ peer }) => peer)).toEqual(['Conv', 'CausalConvWithState']);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['op', 'shape', 'threads', 'ours_ms', 'peer', 'peer_ms', 'ratio', 'aim', 'ns_per_element', 'bound_ms']);
      expect(row).toMatchObject({ op: 'CausalConv1d', threads: 1, ratio: (row.peer_ms as number) / (row.ours_ms as number) });
      expect(row.bound_ms).toBeGreaterThan(0);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('refuses what it does not know', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await runBench(['--treads', '2'])).toBe(2);
  expect(await runBench(['--threads', 'many'])).toBe(2);
  expect(error).toHaveBeenLastCalledWith('--threads expects whole numbers such as 1,2, got many');
});
