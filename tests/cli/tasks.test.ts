/** Both tasks from the command line to the files, with the bundled models in the real child. */
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { jobEvent, listEnd, type JobEvent } from '../../main/contract/job';
import { readLabelFile } from '../../main/eval/label-file';
import { endings, runCli, type CliResult } from '../support/command-line';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const read = (...parts: string[]) => readFileSync(path.join(...parts), 'utf8');

type Done = Extract<JobEvent, { event: 'done' }>;

function doneOf({ events, stderr }: CliResult): Done {
  const done = events.find((event): event is Done => event.event === 'done');
  if (!done) throw new Error(`no job was done: ${JSON.stringify(events)} ${stderr}`);
  return done;
}

it('segments an image: four outputs that agree with one another', async () => {
  const out = path.join(newFolder(), 'made', 'on the way');
  const result = await runCli(['segment', 'assets/cell.png', '--out', out]);
  expect(result.exitCode).toBe(0);
  const { summary, outputs } = doneOf(result);
  expect(outputs.map(({ path: file }) => path.basename(file))).toEqual(['cell.labels.png', 'cell.overlay.png', 'cell.coco.json', 'cell.instances.csv']);
  expect(readdirSync(out)).toHaveLength(4);
  if (summary.task !== 'segment') throw new Error('a segment summary was expected');

  const { width, height, labels } = await readLabelFile(path.join(out, 'cell.labels.png'));
  expect([width, height]).toEqual([550, 660]);
  expect(summary).toMatchObject({ width, height, instances: Math.max(...new Set(labels)) });
  expect(summary.instances).toBeGreaterThan(0);
  expect(await sharp(path.join(out, 'cell.overlay.png')).metadata()).toMatchObject({ width, height });

  const coco = JSON.parse(read(out, 'cell.coco.json')) as { annotations: { area: number }[] };
  expect(coco.annotations).toHaveLength(summary.instances);
  const rows = read(out, 'cell.instances.csv').trim().split('\n');
  expect(rows).toHaveLength(summary.instances + 1);
  const pixels = labels.filter((label) => label !== 0).length;
  expect(coco.annotations.reduce((sum, { area }) => sum + area, 0)).toBe(pixels);
});

it('transcribes a recording: four outputs that agree with one another', async () => {
  const out = newFolder();
  const result = await runCli(['transcribe', 'assets/jfk.wav', '--out', out]);
  expect(result.exitCode).toBe(0);
  const { summary } = doneOf(result);
  if (summary.task !== 'transcribe') throw new Error('a transcribe summary was expected');
  expect(summary.audioSeconds).toBeCloseTo(11, 1);
  const { segments } = JSON.parse(read(out, 'jfk.json')) as { segments: { start: number; end: number; text: string; words: { text: string; start: number; end: number }[] }[] };
  const words = segments.flatMap((segment) => segment.words);
  expect(words).toHaveLength(summary.words);
  expect(words.length).toBeGreaterThan(0);
  for (const [i, word] of words.entries()) {
    expect(word.end).toBeGreaterThanOrEqual(word.start);
    expect(word.end).toBeLessThanOrEqual(summary.audioSeconds);
    if (i > 0) expect(word.start).toBeGreaterThanOrEqual(words[i - 1]!.start);
  }
  expect(read(out, 'jfk.txt').split(/\s+/).filter(Boolean).join(' ')).toBe(summary.text);
  expect(read(out, 'jfk.srt').match(/-->/g)).toHaveLength(segments.length);
  expect(read(out, 'jfk.vtt')).toMatch(/^WEBVTT\n/);
});

it('tells each step in JSON lines that fit the contract', async () => {
  const { stdout, events } = await runCli(['transcribe', 'assets/jfk.wav', 'assets/missing.wav', '--out', newFolder()]);
  const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
  for (const line of lines.slice(0, -1)) jobEvent.parse(line);
  expect(listEnd.parse(lines.at(-1))).toMatchObject({ done: 1, failed: 1, cancelled: 0 });
  const kinds = events.map(({ event }) => event).filter((kind) => kind !== 'notice');
  expect(kinds.slice(0, 2)).toEqual(['queued', 'queued']);
  expect(kinds.filter((kind) => kind !== 'progress')).toEqual(['queued', 'queued', 'done', 'failed', 'end']);
  const fractions = events.flatMap((event) => (event.event === 'progress' ? [event.fraction] : []));
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
});

it.each(['segment assets/cell.png cell.instances.csv csv', 'transcribe assets/jfk.wav jfk.txt txt'])(
  'gives the same on the portable path and with any number of threads: %s',
  async (line) => {
    const [task, input, output, format] = line.split(' ') as [string, string, string, string];
    const results = [];
    for (const flags of [['--device', 'portable'], ['--device', 'cpu', '--threads', '1'], ['--threads', '2']]) {
      const out = newFolder();
      const result = await runCli([task, input, '--out', out, '--format', format, ...flags]);
      results.push({ flags, device: doneOf(result).device, text: read(out, output) });
    }
    expect(results[0]!.device).toBe('portable');
    for (const { text } of results) expect(withoutLastDigits(text)).toBe(withoutLastDigits(results[0]!.text));
  },
);

/** Rounding differs between formulations; measured coordinates agree to a tenth. */
function withoutLastDigits(text: string): string {
  return text.replace(/\d+\.\d+/g, (number) => Number(number).toFixed(1));
}

it('says once that the kernels are missing, and uses the portable path', async () => {
  const root = newFolder(); // an installation without native-kernels/build
  for (const part of ['bin', 'out', 'package.json']) cpSync(part, path.join(root, part), { recursive: true });
  for (const part of ['node_modules', 'models']) symlinkSync(path.resolve(part), path.join(root, part), 'junction');
  const inputs = ['jfk.wav', '2300-131720-0000.flac'].map((name) => path.resolve('assets', name));
  const run = (...flags: string[]) => runCli(['transcribe', ...inputs, '--out', newFolder(), '--format', 'txt', ...flags], { root });

  const automatic = await run();
  expect(automatic.exitCode).toBe(0);
  expect(automatic.events.filter(({ event }) => event === 'notice')).toHaveLength(1);
  expect(doneOf(automatic).device).toBe('portable');

  const demanded = await run('--device', 'native');
  expect(demanded.exitCode).toBe(1);
  expect(Object.values(endings(demanded))).toEqual(['NATIVE_FAILED', 'NATIVE_FAILED']);
});
