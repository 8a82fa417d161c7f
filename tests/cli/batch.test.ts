/** `batch` as a user types it: what it chooses, what it refuses, and folders that it watches. The engine itself: tests/jobs/batch. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { BatchInfo } from '../../main/contract/batch';
import { runCli, startCli, type RunningCli } from '../support/command-line';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const PATIENCE = 240_000;

type BatchEvent = BatchInfo & { event: string; input?: string; summary?: string[] };
const events = (stdout: string) => stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as BatchEvent);

function pictures(...names: string[]): string {
  const root = newFolder();
  for (const name of names) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    copyFileSync('assets/coins.png', path.join(root, name));
  }
  return root;
}

it('takes what the patterns say, refuses equal names where it is told to, numbers them otherwise', async () => {
  const [root, out, data] = [pictures('a/x.png', 'b/x.png', 'b/not-this.png', 'c/x.jpg'), newFolder(), newFolder()];
  const args = ['batch', root, '--task', 'segment', '--format', 'csv', '--out', out, '--template', '{name}', '--include', '*.png', '--exclude', 'not-*', '--data-dir', data];
  const refused = await runCli([...args, '--on-collision', 'refuse']);
  expect(refused.exitCode).toBe(1);
  expect(events(refused.stdout).at(-1)).toMatchObject({ event: 'end', state: 'paused', done: 0, pausedBecause: { code: 'OUTPUT_COLLISION' } });
  expect(readdirSync(out)).toEqual([]);

  const numbered = await runCli(args);
  expect(numbered.exitCode).toBe(0);
  const end = events(numbered.stdout).at(-1)!;
  expect(end).toMatchObject({ event: 'end', state: 'done', total: 2, done: 2 });
  expect(readdirSync(out).filter((name) => name.endsWith('.instances.csv'))).toEqual(['x-2.instances.csv', 'x.instances.csv']);
  expect(end.summary!.map((file) => path.basename(file))).toEqual(['mamba-batch-summary.csv', 'mamba-batch-summary.json']);

  const again = await runCli([...args, '--resume']); // as numbered, not as refused
  expect(events(again.stdout).filter(({ event }) => event === 'item')).toEqual([]);
  expect(events(again.stdout).at(-1)).toMatchObject({ id: end.id, done: 2 });
}, PATIENCE);

it('watches until Ctrl-C, and with --resume goes on watching', async () => {
  const [root, out, data] = [pictures('x.png'), newFolder(), newFolder()];
  const args = ['batch', root, '--task', 'segment', '--format', 'csv', '--out', out, '--watch', '--data-dir', data, '--resume'];
  const seen = (run: RunningCli, kind: string, fits: (event: BatchEvent) => boolean) => run.seen(kind as never, (event) => fits(event as unknown as BatchEvent));
  const watching = (run: RunningCli) => seen(run, 'batch', ({ state }) => state === 'watching');
  const item = (run: RunningCli, name: string) => seen(run, 'item', ({ input }) => input!.endsWith(name));
  const interrupt = async (run: RunningCli) => {
    run.process.kill('SIGINT');
    expect((await run.ended).exitCode).toBe(130);
  };

  const first = startCli(args);
  await watching(first);
  copyFileSync('assets/cell.png', path.join(root, 'came.png'));
  await item(first, 'came.png');
  await interrupt(first);
  writeFileSync(path.join(root, 'bad.png'), 'no picture');
  const second = startCli(args);
  await item(second, 'bad.png');
  await watching(second);
  await interrupt(second);

  const { stdout } = await second.ended;
  expect(events(stdout).filter(({ event }) => event === 'item').map(({ input }) => path.basename(input!))).toEqual(['bad.png']);
  expect(events(stdout).at(-1)).toMatchObject({ event: 'end', state: 'paused', done: 2, failed: 1, pausedBecause: null });
  expect(readdirSync(out).sort()).toEqual(['came.instances.csv', 'x.instances.csv']);
  expect(readFileSync(path.join(out, 'came.instances.csv'), 'utf8')).toMatch(/\n.*\n/);
}, PATIENCE);
