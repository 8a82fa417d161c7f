import { describe, expect, it } from 'vitest';
import { divideThreads } from '../../../main/jobs/batch/lanes';
import { kindOf, Speed, weightOf } from '../../../main/jobs/batch/speed';

const MB = 1e6;

describe('time left', () => {
  it('is unknown before anything was measured', () => {
    expect(new Speed().secondsFor(new Map([['wav', MB]]))).toBeNull();
  });

  it('goes by kind: a megabyte of MP3 takes ten times a megabyte of WAV', () => {
    const speed = new Speed();
    speed.begin(0);
    for (let i = 1; i <= 20; i++) {
      speed.add('wav', MB, 1, 11 * i - 10);
      speed.add('mp3', MB, 10, 11 * i);
    }
    expect(speed.secondsFor(new Map([['mp3', 3 * MB]]))).toBeCloseTo(30, 5);
    expect(speed.secondsFor(new Map([['mp3', 3 * MB], ['wav', 3 * MB]]))).toBeCloseTo(33, 5);
    expect(speed.secondsFor(new Map([['flac', MB]]))).toBeCloseTo(5.5, 0); // a kind that has not come yet: as all together
  });

  it('counts files that are in hand at the same time', () => {
    const speed = new Speed();
    speed.begin(0);
    for (let i = 1; i <= 40; i++) speed.add('png', MB, 4, i); // four at once, each takes four seconds
    expect(speed.secondsFor(new Map([['png', 10 * MB]]))).toBeCloseTo(10, 1);
  });

  it('charges what a file costs whatever its size', () => {
    expect(weightOf(0)).toBeGreaterThan(0);
    expect([kindOf({ input: '/a.b/c.PNG' }), kindOf({ input: 'C:\\x.d\\none' }), kindOf({ input: '/a/b.tar.gz' }), kindOf({ input: '/a/memo', task: 'transcribe' })]).toEqual(['.png', '.', '.gz', 'transcribe.']);
  });
});

describe('dividing the threads', () => {
  const GB = 2 ** 30;
  const auto = { device: 'auto', threads: 0 } as const;
  it.each([
    [auto, 2, 16 * GB, { lanes: 2, threads: 1, files: 6 }],
    [auto, 8, 64 * GB, { lanes: 8, threads: 1, files: 24 }],
    [auto, 8, 4 * GB, { lanes: 2, threads: 4, files: 6 }], // memory for two
    [auto, 8, GB, { lanes: 1, threads: 8, files: 3 }],
    [auto, 128, 512 * GB, { lanes: 16, threads: 8, files: 48 }],
    [{ device: 'auto', threads: 3 } as const, 8, 64 * GB, { lanes: 3, threads: 1, files: 9 }],
    [{ device: 'webgpu', threads: 0 } as const, 8, 64 * GB, { lanes: 1, threads: 0, files: 3 }],
  ])('%o on %i cores', (settings, cores, memory, division) => {
    expect(divideThreads(settings, cores, memory)).toEqual(division);
  });
});
