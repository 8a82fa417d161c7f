/** One point of the curve, measured in a process of its own, so that its peak of memory is its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LARGE_SIDE } from '../../../models/architectures/mamba-unet';
import { loadNative } from '../../lib';
import { cost, median } from '../statistics';
import { random } from '../tensors';

export interface Point {
  /** median time of a run in milliseconds: processor time with one thread, wall time with more */
  ms: number;
  /** largest resident memory of the whole process in MiB: Node, ONNX Runtime, weights, activations */
  peakMiB: number;
  /** the same before the first run */
  restMiB: number;
}

const BUDGET_MS = 5000;
const LEAST_RUNS = 2;
const MOST_RUNS = 20;
const KIB_PER_MIB = 1024;

/** `mamba-studio bench --point FILE,SIDE,THREADS`: runs the model and prints a Point. */
export async function runPoint(model: string, side: number, threads: number): Promise<void> {
  const session = loadNative().openSession(model, { threads, shapes: side > LARGE_SIDE ? 'large' : 'many' }); // as the program opens it
  const feeds = { [session.inputNames[0]!]: random([1, 3, side, side], 1, -2, 2) };
  const restMiB = process.memoryUsage.rss() / 2 ** 20;
  const first = cost(await session.time(feeds), threads);
  const runs = Math.min(MOST_RUNS, Math.max(LEAST_RUNS, Math.round(BUDGET_MS / first)));
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(cost(await session.time(feeds), threads));
  session.dispose();
  const point: Point = { ms: median(times), peakMiB: process.resourceUsage().maxRSS / KIB_PER_MIB, restMiB };
  console.log(JSON.stringify(point));
}

/** Runs `runPoint` in a child: this program started again. */
export async function measurePoint(model: string, side: number, threads: number): Promise<Point> {
  const { stdout } = await promisify(execFile)(process.execPath, [process.argv[1]!, 'bench', '--point', `${model},${side},${threads}`]);
  return JSON.parse(stdout) as Point;
}
