import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { spectrogramFile, WAVEFORM_FILE } from '../../../main/contract/overview';
import { realHost } from '../../support/services';
import { decode, signalToNoise, sweep } from '../../support/sound';
import { temporaryFolders } from '../../support/temporary-folder';
import { int16, wavFile } from '../../support/wav';

const newFolder = temporaryFolders();
const host = realHost();
const fixture = (name: string) => path.resolve('tests/fixtures/audio', name);

function recording(samples: ArrayLike<number>, sampleRate = 16_000) {
  const input = path.join(newFolder(), 'recording.wav');
  writeFileSync(input, wavFile(int16(samples), { sampleRate }));
  return { input, staged: path.join(newFolder(), 'staged') };
}

it('tells the length of a recording, or that only decoding tells', async () => {
  const facts = (input: string) => host.serve({ service: 'facts', params: { input, kind: 'audio' } });
  expect(await facts(recording(new Float32Array(24_000)).input)).toEqual({ kind: 'audio', seconds: 1.5 });
  expect(await facts(fixture('sweep.flac'))).toMatchObject({ seconds: expect.closeTo(1.2, 3) });
  expect(await facts(fixture('sweep.aac'))).toMatchObject({ kind: 'audio' });
  await expect(facts(path.resolve('README.md'))).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' });
});

it('writes the sound of any format as 16 kHz mono WAV', async () => {
  const staged = path.join(newFolder(), 'sound.wav');
  const { seconds } = await host.serve({ service: 'sound', params: { input: fixture('sweep.flac'), staged } });
  const bytes = readFileSync(staged);
  expect(bytes.length).toBe(44 + 2 * 16_000 * seconds);
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
  expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
  const original = await decode(fixture('sweep.flac'));
  expect(signalToNoise(await decode(staged), original)).toBeGreaterThan(60);
});

it('draws waveform and spectrogram tiles of a recording', async () => {
  const params = recording(sweep(3.005));
  expect(await host.serve({ service: 'overview', params })).toEqual({ seconds: 3.005, tiles: 1 });
  const waveform = new Int8Array(readFileSync(path.join(params.staged, WAVEFORM_FILE)));
  expect(waveform).toHaveLength(2 * 301);
  expect(Math.max(...waveform)).toBe(51); // 0.4 of 127
  expect(Math.min(...waveform)).toBe(-51);
  expect(await sharp(path.join(params.staged, spectrogramFile(0))).metadata()).toMatchObject({ width: 151, height: 128, channels: 1, depth: 'uchar' });
  const { data } = await sharp(path.join(params.staged, spectrogramFile(0))).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  const brightest = (x: number) => Array.from({ length: 128 }, (_, y) => data[y * 151 + x]!).reduce((best, shade, y, all) => (shade > all[best]! ? y : best), 0);
  expect(brightest(140)).toBeLessThan(brightest(10) - 20); // the sweep rises: later is further up
});

it('cuts the spectrogram into tiles of 30 seconds', async () => {
  const params = recording(sweep(61, 8000), 8000);
  expect(await host.serve({ service: 'overview', params })).toMatchObject({ tiles: 3 });
  const widths = await Promise.all([0, 1, 2].map(async (tile) => (await sharp(path.join(params.staged, spectrogramFile(tile))).metadata()).width));
  expect(widths.slice(0, 2)).toEqual([1500, 1500]);
  expect(widths[2]).toBe(50);
});

it('leaves nothing behind when cancelled or when the sound breaks off', async () => {
  const long = recording(new Float32Array(16_000 * 600));
  for (const service of ['sound', 'overview'] as const) {
    const abort = new AbortController();
    const working = host.serve({ service, params: long }, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(working).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(long.staged)).toBe(false);
  }
  const cut = path.join(newFolder(), 'cut.flac');
  writeFileSync(cut, readFileSync(fixture('sweep.flac')).subarray(0, 60));
  const folder = newFolder();
  for (const service of ['sound', 'overview'] as const) {
    await expect(host.serve({ service, params: { input: cut, staged: path.join(folder, 'staged') } })).rejects.toMatchObject({ code: expect.stringMatching(/BAD_MEDIA|EMPTY_FILE/) });
  }
  expect(readdirSync(folder)).toEqual([]);
});
