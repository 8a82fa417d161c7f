/** `mamba-studio bench --curve FILE`: time and memory of Vim and DeiT over the size of the picture, one runtime, or of other models, as a drawing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadNative } from '../../lib';
import { drawCurve } from './chart';
import { curveModel, type CurveModel } from './models';
import { measurePoint, type Point } from './point';

export interface CurveOptions {
  /** the SVG file to write */
  file: string;
  /** names of known models and folders of others */
  models: string[];
  /** multiples of 32 pixels, as Vim's patches want them */
  sides: number[];
  threads: number;
  json: string | undefined;
}

/** The names are those of the JSON file. */
export interface CurveRow extends Point {
  model: string;
  side: number;
  threads: number;
}

export async function runCurve({ file, models, sides, threads, json }: CurveOptions): Promise<void> {
  console.log(`instruction set ${loadNative().isa()}, threads ${threads}\nmodel                       side          ms  peak MiB  rest MiB`);
  const rows: CurveRow[] = [];
  const chosen = models.map(curveModel);
  for (const side of sides) {
    for (const model of chosen) {
      const row = { model: model.name, side, threads, ...(await measure(model, side, threads)) };
      rows.push(row);
      console.log(`${row.model.padEnd(24)} ${pad(side, 7)} ${pad(row.ms.toFixed(1), 11)} ${pad(row.peakMiB.toFixed(0), 9)} ${pad(row.restMiB.toFixed(0), 9)}`);
    }
  }
  await writeFile(file, drawCurve(rows));
  if (json) await writeFile(json, `${JSON.stringify(rows, null, 1)}\n`);
}

/** The model is built here and only read in the child, whose memory is then that of a session. */
async function measure(model: CurveModel, side: number, threads: number): Promise<Point> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mamba-curve-'));
  try {
    const file = path.join(folder, 'model.onnx');
    const { onnx, large } = model.build(side);
    await writeFile(file, onnx);
    return await measurePoint(file, side, threads, large ? 'large' : 'many');
  } finally {
    await rm(folder, { recursive: true });
  }
}

const pad = (value: number | string, width: number) => String(value).padStart(width);
