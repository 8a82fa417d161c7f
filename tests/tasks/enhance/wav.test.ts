import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeviationLevel } from '../../../models/tasks/enhance/level';
import { wav16, wavFloat32 } from '../../../models/tasks/enhance/wav';
import { readRecording } from '../../support/enhance';
import { Random } from '../../support/random';
import { temporaryFolders } from '../../support/temporary-folder';

const pieces = [Float32Array.of(0, 0.5, -0.5), Float32Array.of(1.5, -1.5, 1e-9)];

const newFolder = temporaryFolders();

async function readBack(file: Uint8Array): Promise<number[]> {
  const target = path.join(newFolder(), 'sound.wav');
  writeFileSync(target, file);
  return [...(await readRecording(target))];
}

describe('WAV files', () => {
  it('of 16 bits: rounded and clipped', async () => expect(await readBack(wav16(pieces, 16_000))).toEqual([0, 0.5, -0.5, 32767 / 32768, -1, 0]));
  it('of floats: as they are', async () => expect(await readBack(wavFloat32(pieces, 16_000))).toEqual([0, 0.5, -0.5, 1.5, -1.5, Math.fround(1e-9)]));
});

describe('level', () => {
  it('is the deviation of all blocks together', () => {
    const sound = new Random(2).array(10_000, 0.2, 0.4); // uniform, far from zero
    const level = new DeviationLevel();
    for (let start = 0; start < sound.length; start += 333) level.push(sound.subarray(start, start + 333));
    expect(level.value()).toBeCloseTo(0.2 / Math.sqrt(12) + 1e-3, 3);
  });
  it('of silence, of one sample and of nothing is the floor', () => {
    for (const sound of [new Float32Array(100), Float32Array.of(0.7), new Float32Array(0)]) {
      const level = new DeviationLevel();
      level.push(sound);
      expect(level.value()).toBe(1e-3);
    }
  });
});
