/** Against Pillow, whose answers tests/golden/resample.py stores. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readSafetensors } from '../../../models/checkpoints/safetensors';
import { pictureInput } from '../../../models/tasks/classify/picture-input';
import { resampled } from '../../../models/tasks/classify/resample';
import { seededTensor } from '../../support/seeded';

const golden = readSafetensors(readFileSync(path.join(import.meta.dirname, '../../golden/resample.safetensors')));
const bytesOf = (name: string) => Uint8Array.from(golden.get(name)!.toFloat32());
const picture = { width: 53, height: 37, channels: 3 as const, bitDepth: 8 as const, data: Uint8Array.from(seededTensor('picture', [37, 53, 3], [0, 256]), Math.floor) };

it.each(['bicubic', 'bilinear'] as const)('%s: bit for bit what Pillow makes, smaller and larger', (filter) => {
  for (const [name, width, height] of [['smaller', 19, 11], ['larger', 80, 41]] as const) {
    const { data } = resampled(picture, { width, height }, { left: 0, top: 0, width, height }, filter);
    expect(Buffer.from(data).equals(bytesOf(`${filter}.${name}`)), name).toBe(true);
  }
});

const section = { resize: 24, crop: 21, filter: 'bicubic' as const, mean: [0.1, 0.2, 0.3] as [number, number, number], std: [1, 0.5, 0.25] as [number, number, number] };

it('takes the middle of the picture and normalises each colour', () => {
  const middle = bytesOf('middle');
  const expected = Float32Array.from({ length: 3 * 21 * 21 }, (_, i) => {
    const channel = Math.floor(i / 441);
    return (middle[(i % 441) * 3 + channel]! / 255 - section.mean[channel]!) / section.std[channel]!;
  });
  expect(pictureInput(picture, section)).toEqual(expected);
});

it('repeats a grey channel, and takes 16-bit samples for what they are', () => {
  const grey = { ...picture, channels: 1 as const, data: picture.data.slice(0, 37 * 53) };
  const wide = { ...grey, bitDepth: 16 as const, data: Uint16Array.from(grey.data, (sample) => sample * 257) };
  const even = { ...section, mean: [0, 0, 0] as [number, number, number], std: [1, 1, 1] as [number, number, number] };
  const input = pictureInput(grey, even);
  expect(input.slice(0, 441)).toEqual(input.slice(882));
  expect(pictureInput(wide, even)).toEqual(input);
});
