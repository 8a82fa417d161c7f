import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAudio } from '../../main/inference/worker/media/audio';
import { decode, signalToNoise, sweep } from '../support/sound';
import { temporaryFolders } from '../support/temporary-folder';
import { chunk, int16, wavFile, type WavSpec } from '../support/wav';

const folder = temporaryFolders();
const expected = sweep(1);

async function decodeWav(samples: Uint8Array, spec: WavSpec = {}): Promise<Float32Array> {
  return decode(written(wavFile(samples, spec)));
}

function written(bytes: Uint8Array): string {
  const file = path.join(folder(), 'test.wav');
  writeFileSync(file, bytes);
  return file;
}

/** Little-endian samples of `bytes` bytes each, full scale `scale`. */
function integers(bytes: number, offset = 0): Uint8Array {
  const data = Buffer.alloc(expected.length * bytes);
  const scale = 2 ** (8 * bytes - 1) - 1;
  expected.forEach((value, i) => {
    if (offset) data.writeUIntLE(Math.round(value * scale) + offset, i * bytes, bytes);
    else data.writeIntLE(Math.round(value * scale), i * bytes, bytes);
  });
  return data;
}

describe('WAV samples', () => {
  // least ratio: 6.02 dB a bit, less 8 dB for the amplitude of 0.4 and 4 dB for encoders' full scale of 2^n - 1
  it.each([
    ['8 bit unsigned', integers(1, 128), { bits: 8 }, 37],
    ['16 bit', integers(2), { bits: 16 }, 86],
    ['24 bit', integers(3), { bits: 24 }, 130],
    ['32 bit', integers(4), { bits: 32 }, 130],
    ['float', new Uint8Array(expected.buffer), { tag: 3, bits: 32 }, 200],
    ['double', new Uint8Array(Float64Array.from(expected).buffer), { tag: 3, bits: 64 }, 200],
    ['extensible 24 bit', integers(3), { bits: 24, extensible: true }, 130],
    ['extensible float', new Uint8Array(expected.buffer), { tag: 3, bits: 32, extensible: true }, 200],
  ] as [string, Uint8Array, WavSpec, number][])('%s', async (_, samples, spec, ratio) => {
    const sound = await decodeWav(samples, spec);
    expect(sound.length).toBe(16000);
    expect(signalToNoise(sound, expected)).toBeGreaterThan(ratio);
  });

  it('several channels are averaged, and NaN is silence', async () => {
    const frames = Float32Array.from({ length: 3 * 16000 }, (_, i) => (i % 3 === 0 ? 3 * expected[Math.floor(i / 3)]! : 0));
    const sound = await decodeWav(new Uint8Array(frames.buffer), { tag: 3, bits: 32, channels: 3 });
    expect(signalToNoise(sound, expected)).toBeGreaterThan(120);
    const broken = Float32Array.of(0.5, NaN, -Infinity, 0.25);
    expect([...(await decodeWav(new Uint8Array(broken.buffer), { tag: 3, bits: 32 }))]).toEqual([0.5, 0, 0, 0.25]);
  });

  it.each([8000, 11025, 22050, 44100, 48000, 96000, 192000, 44101])('%i Hz', async (sampleRate) => {
    const sound = await decodeWav(int16(sweep(1, sampleRate)), { sampleRate });
    expect(sound.length).toBe(16000);
    expect(signalToNoise(sound, expected, 400, 15600)).toBeGreaterThan(75);
  });
});

describe('WAV headers that lie', () => {
  const samples = int16(expected);
  it.each([0, 0xffffffff, 0x7fffffff, 32002])('data size %i: to the end of the file', async (dataSize) => {
    expect((await decodeWav(samples, { dataSize })).length).toBe(16000);
  });

  it('RF64 takes the size of the ds64 chunk', async () => {
    const ds64 = Buffer.alloc(28);
    ds64.writeBigUInt64LE(BigInt(samples.length), 8);
    const spec: WavSpec = { magic: 'RF64', dataSize: 0xffffffff, before: [chunk('ds64', ds64)], after: [chunk('LIST', Buffer.alloc(500, 1))] };
    expect((await decodeWav(samples, spec)).length).toBe(16000);
  });

  it('chunks of odd length before the data, and other chunks behind it', async () => {
    const spec: WavSpec = { before: [chunk('LIST', Buffer.alloc(33, 7))], after: [chunk('LIST', Buffer.alloc(2000, 9))] };
    const sound = await decodeWav(samples, spec);
    expect(sound.length).toBe(16000);
    expect(signalToNoise(sound, expected)).toBeGreaterThan(86);
  });

  it('the duration is known from the sizes', async () => {
    expect((await openAudio({ path: written(wavFile(samples, { dataSize: 0 })) })).durationHint).toBeCloseTo(1, 6);
  });

  it.each([
    ['no fmt chunk', wavFile(samples, { format: false }), 'BAD_MEDIA', /how its samples are stored/],
    ['no data chunk', wavFile(samples).subarray(0, 36), 'BAD_MEDIA', /before its sound/],
    ['no channels', wavFile(samples, { channels: 0 }), 'BAD_MEDIA', /0 channels/],
    ['0 Hz', wavFile(samples, { sampleRate: 0 }), 'BAD_MEDIA', /0 Hz/],
    ['1 GHz', wavFile(samples, { sampleRate: 1e9 }), 'BAD_MEDIA', /1000000000 Hz/],
    ['ADPCM', wavFile(samples, { tag: 2, bits: 4 }), 'UNKNOWN_FORMAT', /encoding 2 with 4 bits/],
    ['no samples', wavFile(new Uint8Array(0)), 'EMPTY_FILE', /no sound/],
    ['no samples but a chunk behind', wavFile(new Uint8Array(0), { after: [chunk('LIST', Buffer.alloc(64))] }), 'EMPTY_FILE', /no sound/],
  ] as [string, Uint8Array, string, RegExp][])('%s: an error', async (_, bytes, code, message) => {
    await expect(decode(written(bytes))).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('a recording of three hours', () => {
  it('is read in constant memory', async () => {
    const file = written(wavFile(new Uint8Array(0), { dataSize: 0xffffffff }));
    const samples = 3 * 3600 * 16000;
    truncateSync(file, 44 + 2 * samples); // 346 MB of zeros that take no room on the disk
    const before = process.memoryUsage().rss;
    let [read, most] = [0, 0];
    for await (const block of await openAudio({ path: file })) {
      read += block.length;
      most = Math.max(most, process.memoryUsage().rss - before);
    }
    expect(read).toBe(samples);
    expect(most).toBeLessThan(150e6); // the samples alone would be 691 MB
  });
});
