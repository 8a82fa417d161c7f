import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { CurveRow } from '../../native-kernels/bench/curve/curve';
import { runCli } from '../support/command-line';

it('draws the curve from processes of their own', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'curve-'));
  try {
    const [svg, json] = [path.join(folder, 'curve.svg'), path.join(folder, 'curve.json')];
    const { exitCode, stderr } = await runCli(['bench', '--curve', svg, '--json', json, '--sides', '32,64']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const rows = JSON.parse(readFileSync(json, 'utf8')) as CurveRow[];
    expect(rows.map(({ model, side, threads }) => [model, side, threads])).toEqual([['Vim-Ti', 32, 1], ['DeiT-Ti', 32, 1], ['Vim-Ti', 64, 1], ['DeiT-Ti', 64, 1]]);
    for (const { ms, peakMiB, restMiB } of rows) {
      expect(ms).toBeGreaterThan(0);
      expect(peakMiB).toBeGreaterThanOrEqual(restMiB);
    }
    const drawing = readFileSync(svg, 'utf8');
    expect(drawing.match(/<circle/g)).toHaveLength(2 * rows.length);
    expect(drawing).not.toMatch(/NaN|undefined|Infinity/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([['--sides', '100'], ['--threads', '1,2']])('refuses %s %s', async (option, value) => {
  const { exitCode, stderr } = await runCli(['bench', '--curve', 'unwritten.svg', option, value]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(new RegExp(`expects .*, got ${value}`));
});
