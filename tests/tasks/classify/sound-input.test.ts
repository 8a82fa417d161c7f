/** Energies against NumPy written from Kaldi's definitions (tests/golden/filter_bank.py), which agrees with kaldi-native-fbank 1.23 within 5e-5 (64 bands, float32 there). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SoundInput } from '../../../models/cards/card';
import { logMelEnergies } from '../../../models/tasks/classify/filter-bank';
import { pieceLength, soundInput, SoundPieces } from '../../../models/tasks/classify/sound-input';
import { maxDifference } from '../../support/graph-runner';
import { seededTensor } from '../../support/seeded';

const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../golden/filter-bank.json'), 'utf8')) as { samples: number; frames: number; bands: number; values: number[] };
const sound = seededTensor('sound', [golden.samples], [-0.5, 0.5]);
const mel: SoundInput = { kind: 'mel', sampleRate: 16_000, bands: 128, frames: 12, mean: -4, std: 8 };

it('gives the energies of the reference', () => {
  const energies = logMelEnergies(sound, golden.bands);
  expect(energies).toHaveLength(golden.frames * golden.bands);
  expect(maxDifference(energies.filter((_, i) => i % 7 === 0), golden.values)).toBeLessThan(1e-5);
  expect(logMelEnergies(sound.subarray(0, 399), 128)).toHaveLength(0);
});

it('a shorter piece is followed by energies of 0, which are then made like all others', () => {
  expect(pieceLength(mel)).toBe(11 * 160 + 400);
  const { dims, data } = soundInput(sound, mel);
  expect(dims).toEqual([1, 12, 128]);
  expect(data[0]).toBeCloseTo((logMelEnergies(sound, 128)[0]! + 4) / 8, 5);
  expect([...data.subarray(11 * 128)]).toEqual(new Array(128).fill(0.5));
});

it('samples are taken as they are, behind a shorter piece there is silence', () => {
  const { dims, data } = soundInput(Float32Array.of(1, 2), { kind: 'waveform', sampleRate: 16_000, samples: 4, mean: 1, std: 2 });
  expect(dims).toEqual([1, 4]);
  expect([...data]).toEqual([0, 0.5, -0.5, -0.5]);
});

describe('pieces', () => {
  const cut = (length: number, total: number, block: number) => {
    const pieces = new SoundPieces(length);
    const all = Float32Array.from({ length: total }, (_, i) => i);
    const result: number[][] = [];
    for (let at = 0; at < total; at += block) for (const piece of pieces.push(all.subarray(at, at + block))) result.push([...piece]);
    for (const piece of pieces.finish()) result.push([...piece]);
    return result;
  };
  it.each([1, 2, 3, 100])('follow one another, the last one ends with the sound; fed %i at once', (block) => {
    expect(cut(4, 9, block)).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [5, 6, 7, 8]]);
    expect(cut(4, 8, block)).toEqual([[0, 1, 2, 3], [4, 5, 6, 7]]);
    expect(cut(4, 3, block)).toEqual([[0, 1, 2]]);
    expect(cut(4, 0, block)).toEqual([]);
  });
});
