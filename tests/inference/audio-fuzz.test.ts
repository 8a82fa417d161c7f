import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../main/contract/errors';
import { openAudio } from '../../main/inference/worker/media/audio';
import { Random } from '../support/random';
import { sweep } from '../support/sound';
import { temporaryFolders } from '../support/temporary-folder';
import { int16, wavFile } from '../support/wav';

const fixtures = path.join(import.meta.dirname, '../fixtures/audio');
const folder = temporaryFolders();
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 25);
const LONGEST = 120; // seconds of sound that damage to a file of two seconds may make up

const seeds: [string, Uint8Array][] = [
  ...readdirSync(fixtures).filter((name) => !name.endsWith('.md')).map((name): [string, Uint8Array] => [name, readFileSync(path.join(fixtures, name))]),
  ['sweep.wav', wavFile(int16(sweep(0.5)))],
];

/** Bytes changed, removed or repeated; half of the changes hit the first 512 bytes, where the headers are. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated = Uint8Array.from(bytes);
  for (let n = 1 + random.below(8); n > 0; n--) {
    const at = random.below(random.next() < 0.5 ? Math.min(512, mutated.length) : mutated.length);
    const kind = random.below(10);
    if (kind < 8) mutated[at] = kind < 4 ? random.below(256) : mutated[at]! ^ (1 << random.below(8));
    else if (kind === 8) mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + random.below(200))]);
    else mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(Math.max(0, at - 300))]);
  }
  return mutated;
}

describe('damaged files give an AppError or sound, never a crash or a hang', () => {
  it.each(seeds)('%s', async (name, bytes) => {
    const random = new Random(name.length * 1000 + bytes.length);
    const where = folder();
    let outcomes = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const file = path.join(where, `${round}-${name}`);
      writeFileSync(file, mutate(bytes, random));
      try {
        let samples = 0;
        for await (const block of await openAudio({ path: file })) {
          expect(block.every(Number.isFinite), file).toBe(true);
          if ((samples += block.length) > LONGEST * 16000) break;
        }
      } catch (error) {
        expect(error, `${file}: ${String(error)}`).toBeInstanceOf(AppError);
      }
      outcomes++;
    }
    expect(outcomes).toBe(ROUNDS);
  });
});
