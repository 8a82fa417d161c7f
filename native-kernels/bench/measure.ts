/** Times a case's formulations in turn on one runtime, after checking that they agree. */
import { GraphBuilder } from '../../models/graph/graph-builder';
import type { NativeKernels, Session } from '../lib';
import type { Case, Formulation, Peer } from './case';
import { cost, median } from './statistics';

/** Largest difference between two formulations, as a part of the largest value: float32 sums in another order stay well below it. */
const TOLERANCE = 1e-4;
/** Wall time given to each formulation. */
const BUDGET_MS = 1500;
const LEAST_RUNS = 3;
const MOST_RUNS = 200;

/** Medians in milliseconds, ours first. */
export async function measure(native: NativeKernels, { op, shape, ours, peers, ...benchCase }: Case, threads: number): Promise<number[]> {
  const formulations: Peer[] = [ours, ...peers];
  const sessions = formulations.map((formulation) => open(native, formulation, formulation.threads ?? threads));
  const inputs = benchCase.inputs();
  const feedsOf = (session: Session) => Object.fromEntries(session.inputNames.map((name) => [name, inputs[name]!]));
  try {
    const results: Float32Array[] = [];
    for (const session of sessions) {
      const outputs = await session.run(feedsOf(session));
      results.push((benchCase.output ? outputs[benchCase.output] : Object.values(outputs)[0])!.data as Float32Array);
    }
    results.forEach((result, i) => {
      if (!formulations[i]!.differs) check(result, results[0]!, `${op} ${shape}: ${formulations[i]!.name}`);
    });

    const time = async (session: Session) => cost(await session.time(feedsOf(session)), threads);
    const times: number[][] = [];
    for (const session of sessions) times.push([await time(session)]);
    const runs = times.map(([first]) => Math.min(MOST_RUNS, Math.max(LEAST_RUNS, Math.round(BUDGET_MS / first!))));
    for (let round = 0; round < Math.max(...runs); round++) {
      for (const [i, session] of sessions.entries()) {
        if (round < runs[i]!) times[i]!.push(await time(session));
      }
    }
    return times.map((values) => median(values.slice(1)));
  } finally {
    for (const session of sessions) session.dispose();
  }
}

function open(native: NativeKernels, formulation: Formulation, threads: number): Session {
  return native.openSession('model' in formulation ? formulation.model() : graphOf(formulation), { threads });
}

function graphOf({ name, build }: Extract<Formulation, { build: unknown }>): Uint8Array {
  const g = new GraphBuilder(name);
  build(g);
  return g.toModel();
}

function check(actual: Float32Array, expected: Float32Array, what: string): void {
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
  }
  if (!(difference <= TOLERANCE * largest)) throw new Error(`${what} differs from ours by ${difference}, expected at most ${TOLERANCE * largest}`);
}
