/**
 * `kill -9` of the command line and of its child at random moments, then --resume, until the batch is through: the outputs are those of an undisturbed run.
 * MAMBA_KILLS=50 makes it the exhaustive run.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { divideThreads } from '../../../main/jobs/batch/lanes';
import { runCli, startCli, type RunningCli } from '../../support/command-line';
import { Random } from '../../support/random';
import { temporaryFolders } from '../../support/temporary-folder';
import { contents, speech } from './support';

const newFolder = temporaryFolders();
const kills = Number(process.env.MAMBA_KILLS ?? 6);
const files = 12 + 4 * kills;
const inHand = divideThreads({ device: 'auto', threads: 1 }).files;
const inChild = 2; // one runs, the results of another are being written: main/inference/host.ts

async function inputs(): Promise<string> {
  const root = newFolder();
  const random = new Random(3);
  const cell = sharp('assets/cell.png');
  for (let i = 0; i < files; i++) {
    const folder = path.join(root, ['a', 'b', 'ü 細', 'deep/er'][i % 4]!);
    mkdirSync(folder, { recursive: true });
    const sound = i % 7 === 5;
    const name = path.join(folder, `${Math.floor(i / 4)}.${sound ? 'wav' : 'png'}`); // equal names in different folders
    if (i % 15 === 7 || i === 19) writeFileSync(name, 'neither'); // 19: a recording
    else if (sound) writeFileSync(name, speech(1 + (i % 3)));
    else await cell.clone().extract({ left: random.below(100), top: random.below(100), width: 100 + random.below(60), height: 100 + random.below(60) }).png().toFile(name);
  }
  copyFileSync('assets/coins.png', path.join(root, 'large.png'));
  return root;
}

function childOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]) || undefined;
  } catch {
    return undefined;
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** So many more files of a run have ended. */
function ended(run: RunningCli, count: number): Promise<void> {
  let seen = 0;
  return new Promise((resolve) => run.process.stdout.on('data', (text: string) => (seen += text.split('"event":"item"').length - 1) >= count && resolve()));
}

it.skipIf(process.platform !== 'linux')(`gives the same results after ${kills} kills`, async () => {
  const [root, calm, out, dataDir] = [await inputs(), newFolder(), newFolder(), newFolder()];
  const args = (to: string, data: string) => ['batch', root, '--task', 'segment,transcribe', '--format', 'labels,csv,txt', '--threads', '1', '--out', to, '--template', '{name}', '--data-dir', data, '--resume', '--json'];
  const begun = performance.now();
  const calmRun = startCli(args(calm, newFolder()));
  await Promise.race([ended(calmRun, 1), calmRun.ended]);
  const startMs = performance.now() - begun;
  const undisturbed = await calmRun.ended;
  const fileMs = (performance.now() - begun - startMs) / files;
  expect(undisturbed.exitCode).toBe(1); // the bad ones
  const wanted = contents(calm);

  const random = new Random(Number(process.env.MAMBA_SEED ?? 12));
  const killed = { main: 0, child: 0 };
  /** Any moment before or after the next few files have ended, however fast the machine is just then: the batch is not through before the last kill. */
  const moment = async (run: RunningCli) => {
    const count = random.below(4);
    await Promise.race([count === 0 ? sleep(random.next() * startMs) : ended(run, count).then(() => sleep(random.next() * fileMs)), run.ended]);
  };
  while (killed.main + killed.child < kills) {
    const run = startCli(args(out, dataDir));
    await moment(run);
    if (random.next() < 0.5) {
      const child = childOf(run.process.pid!);
      if (child !== undefined) {
        process.kill(child, 'SIGKILL');
        killed.child++;
        await moment(run);
      }
    }
    expect(run.process.exitCode, 'the batch ended before it was killed').toBeNull();
    killed.main++;
    run.process.kill('SIGKILL');
    await run.ended;
  }
  const last = await runCli(args(out, dataDir));
  expect(last.exitCode).toBe(1);
  expect(contents(out)).toEqual(wanted); // hidden files count: nothing is left lying about

  const [batch, ...others] = readdirSync(path.join(dataDir, 'batches'));
  expect(others).toEqual([]);
  const journal = readFileSync(path.join(dataDir, 'batches', batch!, 'journal.jsonl'), 'utf8').split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as { event: string; item?: number; key?: string }];
    } catch {
      return [];
    }
  });
  const doneTwice = journal.filter(({ event }) => event === 'done').map(({ item }) => item).filter((item, i, all) => all.indexOf(item) !== i);
  expect(doneTwice).toEqual([]);
  const good = Object.keys(wanted).length / 2;
  const attempts = journal.filter(({ event, item }) => event === 'start' && journal.some((other) => other.event === 'done' && other.item === item)).length;
  expect(attempts).toBeLessThanOrEqual(good + inHand * killed.main + inChild * killed.child);
  process.stderr.write(`killed ${JSON.stringify(killed)}, ${good} good files of ${files + 1}, ${attempts} attempts at them\n`);
}, 120_000 + kills * 40_000); // the machine may be busy, and files grow with the kills: half a minute a kill at worst
