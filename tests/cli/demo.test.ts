import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the demo runs both tasks, prints a table, and says where the results are', async () => {
  const started = Date.now();
  const { stdout } = await promisify(execFile)(process.execPath, ['out/main/demo.js']);
  const [head, ...rows] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/^file +model +device +time +result$/);
  for (const file of ['cell.png', 'hubble_deep_field.jpg', 'facade.jpg', 'jfk.wav', '2300-131720-0000.flac']) {
    const row = rows.find((line) => line.startsWith(file));
    expect(row, file).toMatch(/ (nuclei|facades|speech-en) +(native|portable) +\d+\.\d s +\S/);
  }
  expect(rows.at(-1)).toMatch(/^Results in .*demo-results$/);
  for (const output of ['cell.overlay.png', 'cell.labels.png', 'facade.overlay.png', 'jfk.srt']) {
    expect(existsSync(`demo-results/${output}`) && statSync(`demo-results/${output}`).mtimeMs >= started - 1000, output).toBe(true);
  }
});
