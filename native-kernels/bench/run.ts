/** `npm run bench`: our operators beside their peers, in one runtime, one process and one run. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadNative, NativeUnavailableError } from '../lib';
import { boundMs, type Case } from './case';
import { causalConv1d } from './cases/causal-conv1d';
import { selectiveScan } from './cases/selective-scan';
import { diagonalStateSpace } from './cases/diagonal-state-space';
import { selectiveScan2d } from './cases/selective-scan-2d';
import { stateSpaceDual } from './cases/state-space-dual';
import { vim } from './cases/vim';
import { Machine } from './machine';
import { measure } from './measure';
import { header, line, type Row } from './table';

const HELP = `mamba-studio bench [--only TEXT] [--threads 1,2] [--json FILE]

Times each operator as a one-node graph, and a whole model, against stock formulations of the same computation, after checking that the outputs agree.
  --only TEXT     only the rows whose operator, shape or peer contains TEXT (any case)
  --threads LIST  threads of a run, one measurement for each; default 1
  --json FILE     also write the rows as JSON
Times of one thread are its processor time, so that a busy machine does not spoil them; those of more threads are wall time. Medians of interleaved runs.
bound_ms is the least time that the arithmetic, or one pass over as many bytes, takes here at best, measured in the same run.`;

/** Gives the exit code: 0, 1 for a failure, 2 for bad arguments. */
export async function runBench(argv: string[]): Promise<number> {
  const options = readOptions(argv);
  if (options === HELP) {
    console.log(HELP);
    return 0;
  }
  if (typeof options === 'string') {
    console.error(options);
    return 2;
  }
  try {
    const rows = await benchmark(options);
    if (options.json) await writeFile(options.json, `${JSON.stringify(rows, null, 1)}\n`);
    return 0;
  } catch (error) {
    console.error(error instanceof NativeUnavailableError ? `The benchmark needs the native kernels: ${error.message}` : `The benchmark failed: ${(error as Error).message}`);
    return 1;
  }
}

interface Options {
  only: string;
  threads: number[];
  json: string | undefined;
}

function readOptions(args: string[]): Options | string {
  try {
    const { values } = parseArgs({ args, options: { only: { type: 'string', default: '' }, threads: { type: 'string', default: '1' }, json: { type: 'string' }, help: { type: 'boolean' } } });
    if (values.help) return HELP;
    const threads = values.threads.split(',').map(Number);
    if (!threads.every((count) => Number.isInteger(count) && count > 0)) return `--threads expects whole numbers such as 1,2, got ${values.threads}`;
    return { only: values.only.toLowerCase(), threads, json: values.json };
  } catch (error) {
    return (error as Error).message;
  }
}

async function benchmark({ only, threads }: Options): Promise<Row[]> {
  const native = loadNative();
  const wanted = (benchCase: Case): Case => ({ ...benchCase, peers: benchCase.peers.filter((peer) => `${benchCase.op} ${benchCase.shape} ${peer.name}`.toLowerCase().includes(only)) });
  const cases = [...selectiveScan(), ...causalConv1d(), ...stateSpaceDual(), ...selectiveScan2d(), ...diagonalStateSpace(), ...vim()].map(wanted).filter(({ peers }) => peers.length > 0);
  const rows: Row[] = [];
  for (const count of threads) {
    const machine = new Machine(native, count);
    console.log(`instruction set ${native.isa()}, threads ${count}: ${(machine.multiplyAddsPerMs / 1e6).toFixed(1)} G multiply-adds/s\n${header()}`);
    for (const benchCase of cases) {
      const [oursMs, ...peersMs] = await measure(native, benchCase, count);
      const { op, shape, elements, peers } = benchCase;
      const bound = await boundMs(benchCase.work, machine);
      for (const [i, peer] of peers.entries()) {
        const row: Row = {
          op,
          shape,
          threads: count,
          ours_ms: oursMs!,
          peer: peer.name,
          peer_ms: peersMs[i]!,
          ratio: peersMs[i]! / oursMs!,
          ns_per_element: (oursMs! * 1e6) / elements,
          bound_ms: bound,
        };
        rows.push(row);
        console.log(line(row));
      }
    }
    machine.dispose();
  }
  return rows;
}
