/** Whatever a file holds, opening it ends within two seconds of work (on a usual machine), in bounded memory, with weights or a ModelError BAD_CHECKPOINT. */
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import { ModelError } from '../../../models/errors';
import { readShared, sharedMissing } from '../../support/shared-files';
import { exceeds } from '../../support/speed';
import { HOSTILE, SAMPLES } from '../../support/hostile-checkpoints';

const SECONDS = 2;
const MAX_MEMORY = 500 << 20;

const { sound, archive, legacy } = SAMPLES;

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
    const seconds = process.cpuUsage(start).user / 1e6;
    if (exceeds(seconds, SECONDS)) expect.fail(`it took ${seconds} s of processor time`);
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
