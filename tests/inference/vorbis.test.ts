import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileBytes } from '../../main/inference/worker/media/audio/file-bytes';
import { openOgg } from '../../main/inference/worker/media/audio/ogg';
import { InverseTransform } from '../../main/inference/worker/media/audio/vorbis/inverse-transform';
import { readIdentification } from '../../main/inference/worker/media/audio/vorbis/headers';
import { join, sweep } from '../support/sound';
import { temporaryFolders } from '../support/temporary-folder';
import { wavFile } from '../support/wav';

const newFolder = temporaryFolders();
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

async function decode(file: string): Promise<Float32Array[]> {
  const all: Float32Array[][] = [];
  for await (const { channels } of (await openOgg(await openFileBytes(file), 0)).blocks) all.push(channels);
  return all[0]!.map((_, channel) => join(all.map((block) => block[channel]!)));
}

/** A sweep with clicks, which make the encoder change between short and long blocks; each channel a little later and quieter. */
function clicks(channels: number, rate: number): Buffer {
  const sound = sweep(1, rate);
  for (let i = 0; i < sound.length; i += rate / 5) sound[i] = 0.9;
  const samples = Float32Array.from({ length: sound.length * channels }, (_, i) => (sound[Math.floor(i / channels) - 20 * (i % channels)] ?? 0) * 0.9 ** (i % channels));
  return Buffer.from(samples.buffer);
}

describe.skipIf(!hasFfmpeg)('Vorbis: sample for sample what ffmpeg decodes', () => {
  it.each([
    ['mono', 1, 44100, '3'],
    ['stereo, coupled', 2, 44100, '5'],
    ['six channels', 6, 48000, '2'],
    ['8 kHz, whose blocks are shorter', 1, 8000, '0'],
  ])('%s', async (_, channels, rate, quality) => {
    const folder = newFolder();
    const [wav, file] = [path.join(folder, 'a.wav'), path.join(folder, 'a.ogg')];
    writeFileSync(wav, wavFile(clicks(channels, rate), { tag: 3, bits: 32, channels, sampleRate: rate }));
    expect(spawnSync('ffmpeg', ['-loglevel', 'error', '-i', wav, '-c:a', 'libvorbis', '-q:a', quality, file]).status).toBe(0);
    const { stdout } = spawnSync('ffmpeg', ['-loglevel', 'error', '-i', file, '-f', 'f32le', '-'], { maxBuffer: 1e8 });
    const wanted = new Float32Array(stdout.buffer, stdout.byteOffset, stdout.length / 4);
    const planes = await decode(file);
    expect(planes.length).toBe(channels);
    expect(planes[0]!.length).toBe(rate); // trimmed at the end; ffmpeg itself ends up to a block earlier
    const order = channels === 6 ? [0, 2, 1, 4, 5, 3] : [0, 1]; // ffmpeg's order of 5.1 differs from Vorbis's
    const frames = Math.min(planes[0]!.length, wanted.length / channels);
    expect(frames).toBeGreaterThan(rate - 400);
    let worst = 0;
    for (let i = 0; i < frames; i++) for (const [channel, plane] of planes.entries()) worst = Math.max(worst, Math.abs(plane[i]! - wanted[i * channels + order[channel]!]!));
    expect(worst).toBeLessThan(1e-6); // of float32 with a peak of 0.9
  });
});

it('the inverse transform is the sum of its definition', () => {
  const [size, samples] = [64, new Float32Array(64)];
  const x = Float32Array.from({ length: size / 2 }, (_, k) => Math.sin(k * k));
  new InverseTransform(size).run(x, samples);
  const sums = Array.from(samples, (_, i) => x.reduce((sum, value, k) => sum + value * Math.cos(((2 * Math.PI) / size) * (i + 0.5 + size / 4) * (k + 0.5)), 0));
  samples.forEach((value, i) => expect(value).toBeCloseTo(sums[i]!, 5));
});

it('a header that promises what cannot be is BAD_MEDIA', () => {
  const file = readFileSync('tests/fixtures/audio/sweep.ogg');
  const head = file.subarray(28, 58);
  expect(readIdentification(head)).toEqual({ channels: 1, sampleRate: 44100, blockSizes: [256, 2048] });
  const changed = (at: number, value: number) => Uint8Array.from(head, (byte, i) => (i === at ? value : byte));
  for (const [at, value] of [[11, 0], [28, 0x44], [28, 0x6b], [28, 0xfe]] as const) {
    expect(() => readIdentification(changed(at, value))).toThrow(expect.objectContaining({ code: 'BAD_MEDIA' }));
  }
  expect(() => readIdentification(head.subarray(0, 20))).toThrow(expect.objectContaining({ code: 'BAD_MEDIA' }));
});
