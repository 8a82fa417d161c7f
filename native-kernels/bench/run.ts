/** `npm run bench`: our operators beside their peers, in one runtime, one process and one run. */
import { writeFile } from 'node:fs/promises';
import { loadNative, NativeUnavailableError } from '../lib';
import { boundMs, type Case } from './case';
import { atennuate } from './cases/atennuate';
import { causalConv1d } from './cases/causal-conv1d';
import { cleanUMamba } from './cases/clean-u-mamba';
import { gatedRmsNorm } from './cases/gated-rms-norm';
import { selectiveScan } from './cases/selective-scan';
import { diagonalStateSpace } from './cases/diagonal-state-space';
import { selectiveScan2d } from './cases/selective-scan-2d';
import { stateSpaceDual } from './cases/state-space-dual';
import { seMamba } from './cases/se-mamba';
import { vim } from './cases/vim';
import { vmamba } from './cases/vmamba';
import { wkv } from './cases/wkv';
import { runCurve } from './curve/curve';
import { runPoint } from './curve/point';
import { Machine } from './machine';
import { measure } from './measure';
import { HELP, readOptions, type BenchOptions, type TableOptions } from './options';
import { header, line, type Row } from './table';

/** Gives the exit code: 0, 1 for a failure, 2 for bad arguments. */
export async function runBench(argv: string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    console.error(options);
    return 2;
  }
  try {
    await run(options);
    return 0;
  } catch (error) {
    console.error(error instanceof NativeUnavailableError ? `The benchmark needs the native kernels: ${error.message}` : `The benchmark failed: ${(error as Error).message}`);
    return 1;
  }
}

async function run(options: BenchOptions): Promise<void> {
  if (options.kind === 'help') return console.log(HELP);
  if (options.kind === 'point') return runPoint(options.model, options.side, options.threads, options.shapes);
  if (options.kind === 'curve') return runCurve(options);
  const rows = await benchmark(options);
  if (options.json) await writeFile(options.json, `${JSON.stringify(rows, null, 1)}\n`);
}

async function benchmark({ only, threads }: TableOptions): Promise<Row[]> {
  const native = loadNative();
  const wanted = (benchCase: Case): Case => ({ ...benchCase, peers: benchCase.peers.filter((peer) => `${benchCase.op} ${benchCase.shape} ${peer.name}`.toLowerCase().includes(only)) });
  const cases = [...selectiveScan(), ...causalConv1d(), ...stateSpaceDual(), ...selectiveScan2d(), ...diagonalStateSpace(), ...gatedRmsNorm(), ...wkv(), ...vim(), ...vmamba(), ...atennuate(), ...cleanUMamba(), ...seMamba()].map(wanted).filter(({ peers }) => peers.length > 0);
  const rows: Row[] = [];
  for (const count of threads) {
    const machine = new Machine(native, count);
    console.log(`instruction set ${native.isa()}, threads ${count}: ${(machine.multiplyAddsPerMs / 1e6).toFixed(1)} G multiply-adds/s\n${header()}`);
    for (const allPeers of cases) {
      const benchCase = { ...allPeers, peers: allPeers.peers.filter((peer) => peer.threads === undefined || peer.threads < count) };
      if (benchCase.peers.length === 0) continue;
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
          aim: peer.aim ?? null,
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
