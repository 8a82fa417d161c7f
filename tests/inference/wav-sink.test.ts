import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { wav16, wavFloat32 } from '../../main/inference/worker/sinks/wav';
import { readRecording } from '../support/enhance';
import { temporaryFolders } from '../support/temporary-folder';

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
