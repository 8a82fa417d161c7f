import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openFileBytes } from '../../main/inference/worker/media/audio/file-bytes';
import { decodeFlac, flacInfo, openFlac } from '../../main/inference/worker/media/audio/flac/flac';
import type { PcmBlock } from '../../main/inference/worker/media/audio/stream';
import { join } from '../support/sound';
import { temporaryFolders } from '../support/temporary-folder';
import { wavFile } from '../support/wav';

const newFolder = temporaryFolders();
const speech = 'assets/61-70968-0000.flac';
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

async function decoded(blocks: AsyncIterable<PcmBlock>): Promise<Float32Array[]> {
  const all: Float32Array[][] = [];
  for await (const { channels } of blocks) all.push(channels);
  return all[0]!.map((_, channel) => join(all.map((block) => block[channel]!)));
}

const decode = async (file: string) => decoded((await openFlac(await openFileBytes(file), 0)).blocks);

/** The header holds the MD5 of all samples, interleaved, each in as many whole bytes as it takes. */
function expectRightSum(channels: Float32Array[], header: Buffer): void {
  const { bits } = flacInfo(header.subarray(8, 42));
  const bytes = Math.ceil(bits / 8);
  const data = Buffer.alloc(channels[0]!.length * channels.length * bytes);
  channels.forEach((plane, channel) => plane.forEach((value, i) => data.writeIntLE(Math.round(value * 2 ** (bits - 1)), (i * channels.length + channel) * bytes, bytes)));
  expect(createHash('md5').update(data).digest('hex')).toBe(header.subarray(26, 42).toString('hex'));
}

/** Where the sound begins: behind the blocks of metadata. */
function audioOf(bytes: Buffer): Buffer {
  let at = 4;
  for (let last = false; !last; at += 4 + bytes.readUIntBE(at + 1, 3)) last = (bytes[at]! & 0x80) !== 0;
  return bytes.subarray(at);
}

it.each([speech, 'tests/fixtures/audio/sweep.flac'])('%s: the samples whose checksum its header holds', async (file) => {
  expectRightSum(await decode(file), readFileSync(file));
});

/** Noise that is louder on the left, in half of the file the same on both sides, so that every way to store two channels is met. */
function stereo(bits: number, frames = 30000): Buffer {
  const data = Buffer.alloc(frames * 2 * (bits / 8));
  let seed = 1;
  const noise = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
  for (let i = 0; i < frames; i++) {
    const left = 0.6 * Math.sin(i / 20) + 0.2 * noise();
    const right = i < frames / 2 ? left + 0.001 * noise() : 0.2 * noise();
    [left, right].forEach((value, side) => data.writeIntLE(Math.round(value * 2 ** (bits - 1)), (2 * i + side) * (bits / 8), bits / 8));
  }
  return data;
}

it.skipIf(!hasFfmpeg).each([
  ['16 bits, stereo', 16, []],
  ['16 bits, stored as left and side', 16, ['-ch_mode', 'left_side']],
  ['16 bits, stored as right and side', 16, ['-ch_mode', 'right_side']],
  ['16 bits, stored as mid and side', 16, ['-ch_mode', 'mid_side']],
  ['24 bits, searched for the best predictors', 24, ['-compression_level', '12', '-bits_per_raw_sample', '24']],
  ['fixed predictors', 16, ['-lpc_type', 'fixed']],
  ['frames of 333 samples', 16, ['-frame_size', '333']],
  ['no predictors', 16, ['-lpc_type', 'none']],
])('%s: exact', async (_, bits, options) => {
  const folder = newFolder();
  const [wav, file] = [path.join(folder, 'a.wav'), path.join(folder, 'a.flac')];
  writeFileSync(wav, wavFile(stereo(bits), { bits, channels: 2, sampleRate: 44100 }));
  expect(spawnSync('ffmpeg', ['-loglevel', 'error', '-i', wav, ...options, file]).status).toBe(0);
  const channels = await decode(file);
  expect(channels.map(({ length }) => length)).toEqual([30000, 30000]);
  expectRightSum(channels, readFileSync(file));
});

it('decodes the same from pieces of any length', async () => {
  const bytes = readFileSync('tests/fixtures/audio/sweep.flac');
  const audio = audioOf(bytes);
  const pieces = async function* (length: number) {
    for (let at = 0; at < audio.length; at += length) yield audio.subarray(at, at + length);
  };
  const info = flacInfo(bytes.subarray(8, 42));
  for (const length of [100, 4099, audio.length]) expectRightSum(await decoded(decodeFlac(pieces(length), info)), bytes);
});

it('says where a damaged stream is damaged', async () => {
  const bytes = Buffer.from(readFileSync(speech));
  bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 40);
  const bad = path.join(newFolder(), 'bad.flac');
  writeFileSync(bad, bytes);
  await expect(decode(bad)).rejects.toMatchObject({ code: 'BAD_MEDIA', message: expect.stringMatching(/damaged at 2\.\d s/) });
});

it('passes over a tag behind the sound', async () => {
  const file = path.join(newFolder(), 'tagged.flac');
  writeFileSync(file, Buffer.concat([readFileSync(speech), Buffer.from('TAG'), Buffer.alloc(125)]));
  expectRightSum(await decode(file), readFileSync(speech));
});
