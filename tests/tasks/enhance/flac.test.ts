/** FLAC files read back through the decoder that the application uses. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { flac16 } from '../../../models/tasks/enhance/flac';
import { toInt16 } from '../../../models/tasks/enhance/int16';
import { readRecording } from '../../support/enhance';
import { Random } from '../../support/random';
import { temporaryFolders } from '../../support/temporary-folder';

const newFolder = temporaryFolders();
const random = new Random(12);

const integers = (read: Float32Array) => Int16Array.from(read, (sample) => sample * 32768);

const tone = (samples: number) => Float32Array.from({ length: samples }, (_, i) => 0.4 * Math.sin(i / 9) + 0.01 * random.next());
const sounds: [string, Float32Array][] = [
  ['a tone', tone(20_000)],
  ['noise at full scale', random.array(9000)],
  ['silence', new Float32Array(5000)],
  ['the loudest square there is', Float32Array.from({ length: 5000 }, (_, i) => (i % 2 ? 2 : -2))],
  ['exactly one block', tone(4096)],
  ['one sample more than a block', tone(4097)],
  ['one sample', tone(1)],
  ['three samples', tone(3)],
];

describe('what is read is what was written, to 16 bits', () => {
  it.each(sounds)('%s', async (_, sound) => {
    const file = path.join(newFolder(), 'sound.flac');
    writeFileSync(file, flac16([sound.subarray(0, 1000), sound.subarray(1000)], 16_000));
    expect(integers(await readRecording(file))).toEqual(Int16Array.from(sound, toInt16));
  });

  it('over frames whose numbers take one, two and three bytes', async () => {
    const sound = new Float32Array(4096 * 2100).fill(0.25);
    const file = path.join(newFolder(), 'long.flac');
    writeFileSync(file, flac16([sound], 16_000));
    const read = integers(await readRecording(file));
    expect(read).toHaveLength(sound.length);
    expect(read.every((sample) => sample === 8192)).toBe(true);
  });
});

it('a tone takes less room than its samples', () => {
  expect(flac16([tone(40_000)], 16_000).length).toBeLessThan(0.7 * 2 * 40_000);
});
