import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileBytes } from '../../main/inference/worker/media/audio/file-bytes';
import { cosineTransforms, TRANSFORMED_ROWS } from '../../main/inference/worker/media/audio/mpeg/cosine-transform';
import { bandLayouts } from '../../main/inference/worker/media/audio/mpeg/layer3/bands';
import { transformLong, transformShort } from '../../main/inference/worker/media/audio/mpeg/layer3/imdct';
import type { Granule } from '../../main/inference/worker/media/audio/mpeg/layer3/side-info';
import { undoJointStereo } from '../../main/inference/worker/media/audio/mpeg/layer3/stereo';
import { frameHeader } from '../../main/inference/worker/media/audio/mpeg/header';
import { openMpeg } from '../../main/inference/worker/media/audio/mpeg/mpeg';
import { MOST_SLOTS, SynthesisFilter } from '../../main/inference/worker/media/audio/mpeg/synthesis';
import { SYNTHESIS_WINDOW } from '../../main/inference/worker/media/audio/mpeg/synthesis-window';
import { randomStream, type StreamPlan } from '../support/mpeg-streams';
import { Random } from '../support/random';
import { join, sweep } from '../support/sound';
import { temporaryFolders } from '../support/temporary-folder';
import { wavFile } from '../support/wav';

const newFolder = temporaryFolders();
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const golden = 'tests/golden/mpeg.json';

async function decode(bytes: Uint8Array): Promise<Float32Array[]> {
  const all: Float32Array[][] = [];
  for await (const { channels } of (await openMpeg(await openFileBytes(stored(bytes)), 0)).blocks) all.push(channels);
  return all[0]!.map((_, channel) => join(all.map((block) => block[channel]!)));
}

function stored(bytes: Uint8Array): string {
  const file = path.join(newFolder(), 'a.mp3');
  writeFileSync(file, bytes);
  return file;
}

function decodeByFfmpeg(bytes: Uint8Array, channels: number, decoder: 'mp2float' | 'mp3float'): Float32Array[] {
  const { stdout } = spawnSync('ffmpeg', ['-loglevel', 'error', '-f', 'mp3', '-c:a', decoder, '-i', stored(bytes), '-f', 'f32le', '-'], { maxBuffer: 1e8 });
  const samples = new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
  return Array.from({ length: channels }, (_, channel) => Float32Array.from({ length: samples.length / channels }, (_, i) => samples[i * channels + channel]!));
}

function worst(planes: Float32Array[], wanted: Float32Array[]): number {
  return Math.max(...planes.map((plane, channel) => plane.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[channel]![i]!)), 0)));
}

/** A sweep with clicks, which make the encoder change between short and long blocks; in the second channel later and quieter. */
function clicks(channels: number, rate: number): Uint8Array {
  const sound = sweep(0.5, rate);
  for (let i = 0; i < sound.length; i += Math.floor(rate / 5)) sound[i] = 0.9;
  const samples = Float32Array.from({ length: sound.length * channels }, (_, i) => (sound[Math.floor(i / channels) - 20 * (i % channels)] ?? 0) * 0.9 ** (i % channels));
  return wavFile(Buffer.from(samples.buffer), { tag: 3, bits: 32, channels, sampleRate: rate });
}

/** Not 24 kHz: ffmpeg has one border of its bands at 330, where the standard's conformance streams need 332. */
const encoded: [string, number, number, string[]][] = [
  ['stereo, variable bit rate', 2, 44100, ['-q:a', '2']],
  ['stereo, joint, 64 kbit/s', 2, 48000, ['-b:a', '64k']],
  ['mono, 22.05 kHz', 1, 22050, ['-b:a', '48k']],
  ['mono, 11.025 kHz', 1, 11025, ['-b:a', '16k']],
  ['stereo, 8 kHz', 2, 8000, ['-b:a', '24k']],
  ['layer II, stereo', 2, 44100, ['-c:a', 'mp2', '-b:a', '192k']],
  ['layer II, few subbands', 1, 48000, ['-c:a', 'mp2', '-b:a', '32k']],
  ['layer II, 22.05 kHz', 2, 22050, ['-c:a', 'mp2', '-b:a', '64k']],
];

describe.skipIf(!hasFfmpeg)('MPEG audio: sample for sample what ffmpeg decodes', () => {
  it.each(encoded)('%s', async (name, channels, rate, options) => {
    const folder = newFolder();
    const isLayer2 = name.startsWith('layer II');
    const [wav, file] = [path.join(folder, 'a.wav'), path.join(folder, isLayer2 ? 'a.mp2' : 'a.mp3')];
    writeFileSync(wav, clicks(channels, rate));
    expect(spawnSync('ffmpeg', ['-loglevel', 'error', '-i', wav, ...options, file]).status).toBe(0);
    const planes = await decode(readFileSync(file));
    const wanted = decodeByFfmpeg(readFileSync(file), channels, isLayer2 ? 'mp2float' : 'mp3float');
    expect(planes.map((plane) => plane.length)).toEqual(wanted.map((plane) => plane.length));
    if (!isLayer2) expect(planes[0]!.length).toBe(Math.round(rate / 2)); // what the encoder added is trimmed
    expect(worst(planes, wanted)).toBeLessThan(3e-6); // ffmpeg's float32; with a peak of 0.9
  });
});

/** What encoders do not write. Where ffmpeg is known to depart from the standard (24 kHz, intensity stereo and mixed blocks of the lower rates) stand others. */
const plans: StreamPlan[] = [
  { version: '1', rate: 0, mode: 'mono', windows: ['mixed'] },
  { version: '1', rate: 1, mode: 'joint', middleSide: true, windows: ['long', 'start', 'short', 'stop'], checksum: true },
  { version: '1', rate: 2, mode: 'joint', intensity: true, windows: ['mixed'] },
  { version: '1', rate: 0, mode: 'joint', middleSide: true, intensity: true, windows: ['short'] },
  { version: '1', rate: 1, mode: 'joint', intensity: true, windows: ['long'] },
  { version: '2', rate: 0, mode: 'stereo', windows: ['mixed'] },
  { version: '2', rate: 2, mode: 'joint', middleSide: true, windows: ['long', 'start', 'short', 'stop'] },
  { version: '2.5', rate: 0, mode: 'mono', windows: ['mixed'], checksum: true },
  { version: '2.5', rate: 2, mode: 'stereo', windows: ['long', 'start', 'short', 'stop'] },
];

/** Of each channel its products with a few series of random numbers, which differ if any sample does. */
function fingerprint(planes: Float32Array[]): number[] {
  const random = new Random(99);
  return planes.flatMap((plane) => Array.from({ length: 4 }, () => plane.reduce((sum, value) => sum + value * (random.next() - 0.5), 0)));
}

const streams = plans.map((plan, index) => ({ plan, bytes: randomStream(plan, 6, new Random(index + 1)) }));
it.skipIf(!process.env.WRITE_GOLDEN)('writes the golden', () => {
  const fingerprints = streams.map(({ plan, bytes }) => fingerprint(decodeByFfmpeg(bytes, plan.mode === 'mono' ? 1 : 2, 'mp3float')));
  writeFileSync(golden, `${JSON.stringify({ origin: 'the random streams of tests/inference/mpeg.test.ts, decoded by ffmpeg: WRITE_GOLDEN=1', fingerprints }, null, 1)}\n`);
});

describe('layer III in every way of coding: what ffmpeg decodes', () => {
  it.each(streams.map(({ plan, bytes }, index) => [JSON.stringify(plan), bytes, index] as const))('%s', async (_, bytes, index) => {
    const { fingerprints } = JSON.parse(readFileSync(golden, 'utf8')) as { fingerprints: number[][] };
    const planes = await decode(bytes);
    const peak = Math.max(...planes.map((plane) => plane.reduce((most, value) => Math.max(most, Math.abs(value)), 0)));
    expect(peak).toBeGreaterThan(0.1);
    for (const [i, value] of fingerprint(planes).entries()) expect(Math.abs(value - fingerprints[index]![i]!) / peak).toBeLessThan(1e-4); // of 3,000 samples and more, each 1e-6
  });
});

describe('its transforms are the sums of their definitions', () => {
  const x = Float64Array.from({ length: 576 }, (_, k) => Math.sin(k * k));
  const sum = (length: number, term: (k: number) => number) => Array.from({ length }, (_, k) => term(k)).reduce((a, b) => a + b);

  it('36 samples, in the window', () => {
    const samples = new Float64Array(36);
    transformLong(x, 18, 'long', samples);
    samples.forEach((value, i) => expect(value).toBeCloseTo(Math.sin((Math.PI / 36) * (i + 0.5)) * sum(18, (k) => x[18 + k]! * Math.cos((Math.PI / 72) * (2 * i + 19) * (2 * k + 1))), 12));
  });

  it('windows that lead to short ones and back mirror each other', () => {
    const [start, stop, long] = [new Float64Array(36), new Float64Array(36), new Float64Array(36)];
    transformLong(x, 0, 'start', start);
    transformLong(x, 0, 'stop', stop);
    transformLong(x, 0, 'long', long);
    expect(start.subarray(0, 18)).toEqual(long.subarray(0, 18));
    expect(stop.subarray(18)).toEqual(long.subarray(18));
    for (let i = 0; i < 6; i++) {
      expect([start[30 + i], stop[i]].map((value) => Math.abs(value!))).toEqual([0, 0]);
      expect(start[18 + i]).toBeCloseTo(long[18 + i]! / Math.sin((Math.PI / 36) * (18.5 + i)), 12);
    }
  });

  it('three times 12 samples', () => {
    const samples = new Float64Array(36);
    transformShort(x, 0, samples);
    const short = (window: number, i: number) => (i < 0 || i > 11 ? 0 : Math.sin((Math.PI / 12) * (i + 0.5)) * sum(6, (k) => x[3 * k + window]! * Math.cos((Math.PI / 24) * (2 * i + 7) * (2 * k + 1))));
    samples.forEach((value, i) => expect(value).toBeCloseTo(sum(3, (window) => short(window, i - 6 - 6 * window)), 12));
  });

  it('32 values', () => {
    const columns = Float64Array.from({ length: 64 }, (_, at) => x[at]!);
    cosineTransforms(columns, 2, 1, 1);
    for (const [n, row] of TRANSFORMED_ROWS.entries()) expect(columns[2 * row + 1]).toBeCloseTo(sum(32, (k) => x[2 * k + 1]! * Math.cos((Math.PI / 64) * n * (2 * k + 1))), 12);
    expect(columns[0]).toBe(x[0]);
  });

  it('the synthesis filter: the flow chart of the standard', () => {
    const slots = 20;
    const subbands = Float64Array.from({ length: 32 * MOST_SLOTS }, (_, at) => Math.sin(at * at));
    const sound = new Float32Array(32 * slots);
    new SynthesisFilter().run(subbands, slots, sound);
    const V = Array<number>(1024).fill(0);
    for (let t = 0; t < slots; t++) {
      V.unshift(...Array.from({ length: 64 }, (_, i) => sum(32, (k) => Math.cos(((16 + i) * (2 * k + 1) * Math.PI) / 64) * subbands[k * MOST_SLOTS + t]!)));
      const U = (i: number) => V[128 * Math.floor(i / 64) + (i % 64 < 32 ? i % 64 : 96 + (i % 64) - 32)]!;
      for (let j = 0; j < 32; j++) expect(sound[32 * t + j]).toBeCloseTo(sum(16, (i) => U(j + 32 * i) * SYNTHESIS_WINDOW[j + 32 * i]!), 5);
    }
  });
});

describe('intensity stereo', () => {
  /** Ones on the left; on the right the first `right`. The gains of both in each long band that is not the right channel's own. */
  function gains(low: boolean, right: number, positions: number[], none: number): [number, number][] {
    const { long: layout } = bandLayouts[low ? 3 : 0]!;
    const spectra = [new Float64Array(576).fill(1), new Float64Array(576).fill(1, 0, right)] as const;
    const header = frameHeader(Uint8Array.of(0xff, low ? 0xf3 : 0xfb, 0x90, 0x50), 0)!;
    const factors = { values: Uint8Array.from({ length: 39 }, (_, band) => positions[band] ?? 0), none: new Uint8Array(39).fill(none), emphasis: false };
    undoJointStereo(spectra, [576, right], header, { layout, factorCode: 1 } as Granule, factors);
    return [...layout.ends].filter((end) => end > right).map((end) => [spectra[0][end - 1]!, spectra[1][end - 1]!]);
  }

  const rounded = (bands: [number, number][]) => bands.map((pair) => pair.map((gain) => gain.toFixed(3)));

  it('MPEG 1: positions are angles, 7 is none; the highest band has the position of the one below', () => {
    const positions = [...Array<number>(18).fill(0), 7, 3, 6];
    expect(rounded(gains(false, 238, positions, 7))).toEqual([['1.000', '0.000'], ['0.500', '0.500'], ['1.000', '0.000'], ['1.000', '0.000']]);
  });

  it('MPEG 2: positions are steps of 3 dB by turns', () => {
    const positions = [...Array<number>(19).fill(0), 1, 2];
    expect(rounded(gains(true, 336, positions, 15))).toEqual([['1.000', '1.000'], ['0.707', '1.000'], ['1.000', '0.707'], ['1.000', '0.707']]);
  });

  it('the highest band is in the middle where the band below is not of intensity stereo', () => {
    expect(rounded(gains(true, 522, [], 15))).toEqual([['1.000', '1.000']]);
    expect(rounded(gains(false, 418, [], 7))).toEqual([['0.500', '0.500']]);
  });
});

describe('streams that are not whole or say little', () => {
  const { bytes } = streams[1]!;
  const frame = frameHeader(bytes, 0)!;
  const whole = decode(bytes);

  it('free format: frames are as long as from header to header', async () => {
    const free = Uint8Array.from(bytes, (byte, i) => (i % frame.bytes === 2 ? byte & 15 : byte));
    expect(worst(await decode(free), await whole)).toBe(0);
    expect((await openMpeg(await openFileBytes(stored(free)), 0)).durationHint).toBeCloseTo((6 * 1152) / 48000, 6);
  });

  it('begun in the middle: silence until the first frame whose data is there, then the same sound', async () => {
    const [late, all] = [await decode(bytes.subarray(2 * frame.bytes)), await whole];
    expect(late[0]!.length).toBe(4 * 1152);
    expect(late[0]!.subarray(0, 480).every((value) => value === 0)).toBe(true);
    expect(late[0]!.subarray(3 * 1152).every((value, i) => Math.abs(value - all[0]![5 * 1152 + i]!) < 1e-6)).toBe(true);
  });

  it('a frame whose side information cannot be is silent, and those after it are not', async () => {
    const damaged = Uint8Array.from(bytes, (byte, i) => (i >= 2 * frame.bytes + 6 && i < 2 * frame.bytes + 38 ? 0xff : byte));
    const [sound, all] = [await decode(damaged), await whole];
    expect(sound[0]!.length).toBe(6 * 1152);
    // the granule before rings for 576 samples in the transform and for 480 in the synthesis filter
    expect(sound[0]!.subarray(3 * 1152 - 90, 3 * 1152).every((value) => value === 0)).toBe(true);
    expect(sound[0]!.subarray(5 * 1152).every((value, i) => Math.abs(value - all[0]![5 * 1152 + i]!) < 1e-6)).toBe(true);
  });

  it('a VBRI tag is not played, and tells the length', async () => {
    const tag = new Uint8Array(frame.bytes);
    tag.set(bytes.subarray(0, 4));
    tag.set(Buffer.from('VBRI'), 36);
    tag[36 + 17] = 6;
    const tagged = Buffer.concat([tag, bytes]);
    expect(worst(await decode(tagged), await whole)).toBe(0);
    expect((await openMpeg(await openFileBytes(stored(tagged)), 0)).durationHint).toBeCloseTo((6 * 1152) / 48000, 6);
    tag[36 + 17] = 60;
    await expect(decode(Buffer.concat([tag, bytes]))).rejects.toMatchObject({ code: 'BAD_MEDIA', message: expect.stringMatching(/announces 1\.4 s/) });
  });
});
