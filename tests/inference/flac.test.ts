import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openFileBytes } from '../../main/inference/worker/media/audio/file-bytes';
import { openFlac } from '../../main/inference/worker/media/audio/flac';
import { flacFrames } from '../../main/inference/worker/media/audio/flac-frames';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const speech = 'assets/61-70968-0000.flac';

async function* pieces(bytes: Uint8Array, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function framesOf(bytes: Uint8Array, length: number): Promise<Buffer[]> {
  const frames = [];
  for await (const some of flacFrames(pieces(bytes, length))) frames.push(...some.map((frame) => Buffer.from(frame)));
  return frames;
}

async function decode(file: string): Promise<Float32Array> {
  const blocks = [];
  for await (const { channels } of (await openFlac(await openFileBytes(file), 0)).blocks) blocks.push(...channels[0]!);
  return Float32Array.from(blocks);
}

/** By the package's own way through the file. */
async function reference(bytes: Uint8Array): Promise<Float32Array> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  const { channelData } = await decoder.decodeFile(bytes);
  decoder.free();
  return channelData[0]!;
}

/** Where the sound begins: behind the blocks of metadata. */
function audioOf(bytes: Buffer): Buffer {
  let at = 4;
  for (let last = false; !last; at += 4 + bytes.readUIntBE(at + 1, 3)) last = (bytes[at]! & 0x80) !== 0;
  return bytes.subarray(at);
}

it('finds the same frames in pieces of any length, and loses no byte', async () => {
  const audio = audioOf(readFileSync(speech));
  const whole = await framesOf(audio, audio.length);
  expect(whole.length).toBeGreaterThan(10);
  expect(Buffer.concat(whole).equals(audio)).toBe(true);
  for (const length of [7, 100, 4099]) expect(await framesOf(audio, length)).toEqual(whole);
});

it('decodes what the package decodes, two files at the same time, and after a damaged one', async () => {
  const sweep = 'tests/fixtures/audio/sweep.flac';
  const [wanted, other] = [await reference(readFileSync(speech)), await reference(readFileSync(sweep))];
  const [a, b] = await Promise.all([decode(speech), decode(sweep)]);
  expect(a).toEqual(wanted);
  expect(b).toEqual(other);
  const bytes = Buffer.from(readFileSync(speech));
  bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 40);
  const bad = path.join(newFolder(), 'bad.flac');
  writeFileSync(bad, bytes);
  await expect(decode(bad)).rejects.toMatchObject({ code: 'BAD_MEDIA', message: expect.stringContaining('damaged at') });
  expect(await decode(speech)).toEqual(wanted);
});

it('passes over a tag behind the sound', async () => {
  const file = path.join(newFolder(), 'tagged.flac');
  writeFileSync(file, Buffer.concat([readFileSync(speech), Buffer.from('TAG'), Buffer.alloc(125)]));
  expect(await decode(file)).toEqual(await decode(speech));
});
