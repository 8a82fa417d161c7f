/** The arguments of `mamba-studio bench`. */
import { parseArgs } from 'node:util';
import type { CurveOptions } from './curve/curve';
import type { Shapes } from './curve/point';

export const HELP = `mamba-studio bench [--only TEXT] [--threads 1,2] [--json FILE]
mamba-studio bench --curve FILE.svg [--models vim-ti,deit-ti] [--sides 224,448,...] [--threads 2] [--json FILE]

Times each operator as a one-node graph against stock formulations of the same computation, after checking that the outputs agree.
  --only TEXT     only the rows whose operator, shape or peer contains TEXT (any case)
  --threads LIST  threads of a run, one measurement for each; default 1,2
  --json FILE     also write the rows as JSON
  --curve FILE    instead, draw time and peak memory of Vim-Ti and DeiT-Ti over the side of the picture, a process for each point
  --models LIST   of the curve: vim-ti, deit-ti, or folders of models that take pictures, such as models/bundled/nuclei; each picture is run in one piece
  --sides LIST    pixels, multiples of 32; default 224,448,896,1248,2048
Times of one thread are its processor time, so that a busy machine does not spoil them; those of more threads are wall time. Medians of interleaved runs.
aim is the least ratio that we ask of ourselves, where there is one: 'plain core' is our scan without softplus, skip and gate, 'Neg' one pass over the same memory.
bound_ms is the least time that the arithmetic, or one pass over as many bytes, takes here at best, measured in the same run.`;

export interface TableOptions {
  only: string;
  threads: number[];
  json: string | undefined;
}

export type BenchOptions = { kind: 'help' } | ({ kind: 'table' } & TableOptions) | ({ kind: 'curve' } & CurveOptions) | { kind: 'point'; model: string; side: number; threads: number; shapes: Shapes };

/** A string says what is wrong. */
export function readOptions(args: string[]): BenchOptions | string {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args,
      options: { only: { ...text, default: '' }, threads: text, json: text, curve: text, models: { ...text, default: 'vim-ti,deit-ti' }, sides: { ...text, default: '224,448,896,1248,2048' }, point: text, help: { type: 'boolean' } },
    });
    if (values.help) return { kind: 'help' };
    if (values.point !== undefined) {
      const [shapes, threads, side, ...model] = values.point.split(',').reverse(); // a path may hold commas
      return { kind: 'point', model: model.reverse().join(','), side: Number(side), threads: Number(threads), shapes: shapes as Shapes };
    }
    const list = values.threads ?? (values.curve === undefined ? '1,2' : '1');
    const threads = list.split(',').map(Number);
    if (!threads.every((count) => Number.isInteger(count) && count > 0)) return `--threads expects whole numbers such as 1,2, got ${list}`;
    if (values.curve === undefined) return { kind: 'table', only: values.only.toLowerCase(), threads, json: values.json };
    const sides = values.sides.split(',').map(Number);
    if (!sides.every((side) => side > 0 && side % 32 === 0)) return `--sides expects multiples of 32 such as 224,448, got ${values.sides}`;
    if (threads.length > 1) return `--curve expects one number of --threads, got ${list}`;
    return { kind: 'curve', file: values.curve, models: values.models.split(','), sides, threads: threads[0]!, json: values.json };
  } catch (error) {
    return (error as Error).message;
  }
}
