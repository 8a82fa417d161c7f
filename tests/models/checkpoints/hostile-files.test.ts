/** Whatever a file holds, opening it ends within two seconds of work, in bounded memory, with weights or a ModelError BAD_CHECKPOINT. */
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import { ModelError } from '../../../models/errors';
import { Random } from '../../support/random';
import { readShared, sharedMissing } from '../../support/shared-files';
import { HOSTILE, SAMPLES } from '../../support/hostile-checkpoints';
import { dict, global, int, joined, list, long, reduce, storage, text, tuple } from '../../support/torch-files';

const SECONDS = 2;
const MAX_MEMORY = 500 << 20;

const { sound, archive, legacy, four } = SAMPLES;

function readAll(file: Uint8Array): void {
  for (const tensor of openCheckpoint(file).weights.values()) tensor.toFloat32();
}

/** The message of the BAD_CHECKPOINT that opening must raise, in time and without memory. */
function refusal(file: Uint8Array): string {
  const [start, before] = [process.cpuUsage(), process.memoryUsage().rss];
  try {
    readAll(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    expect((error as ModelError).code).toBe('BAD_CHECKPOINT');
    expect((error as ModelError).message.length).toBeLessThan(1000);
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(SECONDS);
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_MEMORY);
    return (error as ModelError).message;
  }
  throw new Error('the file was accepted');
}

describe('is refused:', () => {
  it.each(HOSTILE)('%s', (_, file, reason) => expect(refusal(file)).toContain(reason));
});

describe('cut off anywhere', () => {
  const written: [string, Uint8Array][] = [['an archive', archive(sound)], ['a deflated archive', archive(sound, { deflate: true })], ['a ZIP64 archive', archive(sound, { zip64: true })], ['a legacy file', legacy(sound)]];
  it.each(written)('%s', (_, file) => {
    for (let length = 0; length < file.length; length++) refusal(file.subarray(0, length));
  });

  for (const file of ['weights/DVMSR/team07_DVMSR.pth', 'weights/PFVM/team34_PFVM.pth', 'weights/aTENNuate/weights.pt', 'weights/CleanUMamba/Experiment_CleanU_Mamba2.pkl']) {
    const missing = sharedMissing(file);
    it.skipIf(missing)(`${file} at each percent ${missing ?? ''}`, () => {
      const whole = readShared(file);
      for (let percent = 0; percent < 100; percent++) refusal(whole.subarray(0, Math.floor((whole.length * percent) / 100)));
    });
  }
});

describe('with bytes changed', () => {
  const files: [string, Uint8Array][] = [
    ['an archive', archive(sound)],
    ['a deflated archive', archive(sound, { deflate: true })],
    ['a ZIP64 archive', archive(sound, { zip64: true })],
    ['a legacy file', legacy(sound)],
    ['a pickle of every kind of value', legacy(dict({ model: sound, n: long(2n ** 80n), l: list(int(1), tuple(text('x'))), s: storage(four), o: reduce(global('a', 'B'), int(1)) }))],
  ];
  it.each(files)('%s is read or refused, 4,000 mutations', (_, file) => {
    const random = new Random(11);
    let refused = 0;
    for (let i = 0; i < 4000; i++) {
      const mutated = mutate(file, random);
      try {
        readAll(mutated);
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
    expect(refused).toBeLessThan(4000);
  });
});

/** Overwrites, removes, inserts or repeats some bytes. */
function mutate(file: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = file.slice();
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(bytes.length);
    const kind = random.below(5);
    const end = at + 1 + random.below(8);
    if (kind < 2) bytes[at] = random.below(256);
    else if (kind === 2) bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)]!;
    else if (kind === 3) bytes = joined(bytes.subarray(0, at), bytes.subarray(end));
    else bytes = joined(bytes.subarray(0, end), bytes.subarray(at));
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}
