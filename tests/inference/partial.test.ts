import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Segment } from '../../models/tasks/transcribe/segments';
import { runJob } from '../../main/jobs/run-job';
import { findModelFor } from '../../main/library/bundled';
import { jobFor } from '../support/jobs';
import { realHost } from '../support/services';
import { temporaryFolders } from '../support/temporary-folder';
import { wavFile } from '../support/wav';

const host = realHost();
const newFolder = temporaryFolders();

it('tells a transcript while it is made: soon, seldom, little, and what it called settled stays', async () => {
  const speech = readFileSync('assets/jfk.wav').subarray(44);
  const input = path.join(newFolder(), 'long.wav');
  writeFileSync(input, wavFile(Buffer.concat(Array.from({ length: 40 }, () => speech)))); // seven minutes
  const { files } = await findModelFor('transcribe');
  const shown: Segment[] = [];
  let [told, progress, first, bytes, settled] = [0, 0, 0, 0, 0];
  const runner: Parameters<typeof runJob>[0] = {
    run: (work, options) =>
      host.run(work, {
        ...options,
        onPartial: ({ from, segments }) => {
          expect(from).toBeGreaterThanOrEqual(settled);
          settled = from;
          shown.splice(from, Infinity, ...segments);
          bytes += JSON.stringify(segments).length;
          if (told++ === 0) first = progress;
        },
      }),
  };
  const begun = performance.now();
  const end = await runJob(runner, jobFor(input, { task: 'transcribe', outDir: newFolder(), formats: ['json'] }), files, new AbortController().signal, (event) => {
    if (event.event === 'progress') progress = event.fraction;
  });
  if (end.event !== 'done') throw new Error(JSON.stringify(end));
  const seconds = (performance.now() - begun) / 1000;
  const text = readFileSync(end.outputs[0]!.path, 'utf8');
  const { segments } = JSON.parse(text) as { segments: Segment[] };
  console.info(`first at ${(100 * first).toFixed(1)} %, ${told} in ${seconds.toFixed(1)} s, ${bytes} bytes for a transcript of ${JSON.stringify(segments).length}`);
  expect(first).toBeLessThan(0.2);
  expect(told).toBeGreaterThan(5);
  expect(told).toBeLessThanOrEqual(10 * seconds + 1);
  expect(bytes).toBeLessThan(10 * JSON.stringify(segments).length);
  expect(settled).toBeGreaterThan(segments.length / 2);
  expect(shown.slice(0, settled).map((segment) => segment.text)).toEqual(segments.slice(0, settled).map((segment) => segment.text));
});
