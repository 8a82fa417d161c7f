/** Answers of independent float64 code to seeded sound, written by tests/golden/<name>.py. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Shapes } from './weights';

export interface SoundGolden {
  weights: Shapes;
  ranges: Record<string, [number, number]>; // of tensors whose last name is there
  samples: number;
  values: number[];
}

export function readSoundGolden(name: string): SoundGolden {
  return read(name) as SoundGolden;
}

export function readSoundGoldens(name: string): Record<string, SoundGolden> {
  return read(name) as Record<string, SoundGolden>;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, `../golden/${name}.json`), 'utf8'));
}
