import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LoadedModel } from '../../main/inference/worker/pipeline/context';
import { readingOf } from '../../main/inference/worker/pipeline/reading';
import { recognize } from '../../main/inference/worker/pipeline/transcribe';
import { ModelLoader } from '../../main/inference/worker/sessions/model-loader';
import type { ModelCard } from '../../models/cards/card';
import { readSafetensors, type WeightMap } from '../../models/checkpoints/safetensors';
import { decode } from '../support/sound';
import { temporaryFolders } from '../support/temporary-folder';

const bundled = path.join(import.meta.dirname, '../../models/bundled/speech-en');
const folder = temporaryFolders();
const loader = new ModelLoader(() => undefined);
const quiet = { progress: () => undefined, signal: new AbortController().signal };
const SAME_TIME_S = 0.2;
const device = { device: 'portable', threads: 1 } as const;

const read = (file: string) => readSafetensors(readFileSync(path.join(bundled, file)));
const textOf = (tensors: WeightMap, name: string) => new TextDecoder().decode(Uint8Array.from(tensors.get(name)!.toFloat32()));

/** The bundled model, its card without phones. */
function letteredModel(): { id: string; card: string; weights: string } {
  const card = JSON.parse(readFileSync(path.join(bundled, 'card.json'), 'utf8')) as ModelCard;
  const made = folder();
  copyFileSync(path.join(bundled, 'language.safetensors'), path.join(made, 'language.safetensors'));
  writeFileSync(path.join(made, 'card.json'), JSON.stringify({ ...card, transcribe: { ...card.transcribe, phones: undefined, language: { ...card.transcribe!.language, symbolBonus: undefined } } }));
  return { id: 'letters', card: path.join(made, 'card.json'), weights: path.join(bundled, 'model.safetensors') };
}

describe('a model with phones', () => {
  let phones: LoadedModel;
  let letters: LoadedModel;
  let speech: Float32Array;
  beforeAll(async () => {
    phones = await loader.load({ id: 'speech-en', card: path.join(bundled, 'card.json'), weights: path.join(bundled, 'model.safetensors') }, device);
    letters = await loader.load(letteredModel(), device);
    speech = await decode(path.join(bundled, '../../../assets/1089-134686-0000.flac'));
  });
  const words = async (model: LoadedModel, languageModel = true) => {
    const { segments } = await recognize((async function* () { yield speech; })(), model, { ...quiet, languageModel });
    return segments.flatMap((segment) => segment.words);
  };

  it('is read by phones with its language model only', () => {
    expect(readingOf(phones).output).toBe('phones');
    expect(readingOf(phones, false)).toEqual(readingOf(letters, false));
    expect(readingOf(letters).output).toBe('logprobs');
  });

  it('gives words that its language model knows, at the times of the letters', async () => {
    const [said, spelled] = [await words(phones), await words(letters)];
    const known = new Set(textOf(read('language.safetensors'), 'words').toLowerCase().split('\n'));
    expect(said.map(({ text }) => text.toLowerCase().replace('.', '')).filter((word) => !known.has(word))).toEqual([]);
    const alike = said.filter((word) => spelled.some(({ text, start }) => text === word.text && Math.abs(start - word.start) <= SAME_TIME_S));
    expect(alike.length).toBeGreaterThan(8);
  });

  it('without the language model gives the letters', async () => {
    expect(await words(phones, false)).toEqual(await words(letters, false));
  });
});
