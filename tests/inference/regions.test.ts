import { readFileSync } from 'node:fs';
import path from 'node:path';
import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { runJob } from '../../main/jobs/run-job';
import { findModelFor } from '../../main/library/bundled';
import { InstanceBuilder } from '../../models/tasks/segment/instances';
import { decodeRegions } from '../../models/tasks/segment/regions';
import { jobFor } from '../support/jobs';
import { realHost } from '../support/services';
import { temporaryFolders } from '../support/temporary-folder';

const host = realHost();
const newFolder = temporaryFolders();

it('tells the window of each instance what the other formats tell, and how sure the model is', async () => {
  const outDir = newFolder();
  const job = jobFor(path.resolve('assets/coins.png'), { outDir, formats: ['regions', 'labels', 'csv'] });
  const model = await findModelFor('segment');
  const end = await runJob(host, job, model.files, new AbortController().signal, () => undefined);
  if (end.event !== 'done') throw new Error(JSON.stringify(end));
  const [regionsFile, labelsFile, csvFile] = end.outputs.map((output) => readFileSync(output.path));
  const regions = decodeRegions(Uint8Array.from(regionsFile!).buffer);
  const png = decode(labelsFile!);
  expect([regions.width, regions.height]).toEqual([png.width, png.height]);
  expect(Buffer.from(Int32Array.from(png.data).buffer).equals(Buffer.from(regions.labels.buffer))).toBe(true);
  expect(regions.count).toBeGreaterThan(1);
  expect(regions.classes).toEqual(model.card.segment!.classes);
  expect(csvFile!.toString().trim().split('\n')).toHaveLength(regions.count + 1);
  for (const { probability, class: index } of regions.regions) {
    expect(index).toBe(0);
    expect(probability).toBeGreaterThan(0.6); // the card's threshold of each pixel
    expect(probability).toBeLessThanOrEqual(1);
  }
});

it('averages the probability of the foreground over an instance', () => {
  const [height, width] = [4, 6];
  const builder = new InstanceBuilder(height, width, { foreground: 0.5, seed: 0.5, depth: 0.1, rim: 0, minArea: 1, sure: 0.5 });
  const logit = (probability: number) => Math.log(probability / (1 - probability));
  const inside = (i: number) => i % width < 2 || i % width > 3;
  const foreground = Array.from({ length: height * width }, (_, i) => (inside(i) ? logit(i % width < 2 ? 0.6 + 0.3 * (i % 2) : 0.8) : -9));
  const distance = foreground.map((value) => (value > 0 ? 1 : 0));
  builder.addRows(0, height, Float32Array.from([...foreground, ...distance, ...distance.map(() => -9)]), width);
  const means = builder.meanProbabilities(builder.finish());
  expect(means).toHaveLength(2);
  expect(means[0]).toBeCloseTo(0.75, 2);
  expect(means[1]).toBeCloseTo(0.8, 2);
});
