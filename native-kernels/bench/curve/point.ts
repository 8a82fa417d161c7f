/** One point of the curve, measured in a process of its own, so that its peak of memory is its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { loadNative } from '../../lib';
import type { SessionOptions } from '../../lib/types';
import { cost, median } from '../statistics';
import { random } from '../tensors';

/** As the program opens models of pictures. */
export type Shapes = Exclude<SessionOptions['shapes'], 'few' | undefined>;

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

/** `mamba-studio bench --point FILE,SIDE,THREADS,SHAPES`: runs the model and prints a Point. */
export async function runPoint(model: string, side: number, threads: number, shapes: Shapes): Promise<void> {
  const session = loadNative().openSession(model, { threads, shapes });
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
export async function measurePoint(model: string, side: number, threads: number, shapes: Shapes): Promise<Point> {
  const { stdout } = await promisify(execFile)(process.execPath, [process.argv[1]!, 'bench', '--point', `${model},${side},${threads},${shapes}`]);
  return JSON.parse(stdout) as Point;
}
