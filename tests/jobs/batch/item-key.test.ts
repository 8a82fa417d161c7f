import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { hashSetup } from '../../../main/jobs/batch/item-key';
import { findModelFor } from '../../../main/library/bundled';
import { temporaryFolders } from '../../support/temporary-folder';

const newFolder = temporaryFolders();

it('a result depends on the language model where there are words, and on the formats', async () => {
  const { files } = await findModelFor('transcribe');
  const keys = await Promise.all([
    hashSetup(files, { task: 'transcribe', formats: ['txt'] }, { languageModel: true }),
    hashSetup(files, { task: 'transcribe', formats: ['txt'] }, { languageModel: false }),
    hashSetup(files, { task: 'transcribe', formats: ['txt', 'srt'] }, { languageModel: true }),
    hashSetup(files, { task: 'enhance', formats: ['wav'] }, { languageModel: true }),
  ]);
  expect(new Set(keys).size).toBe(4);
  expect(await hashSetup(files, { task: 'enhance', formats: ['wav'] }, { languageModel: false })).toBe(keys[3]);
});

it('is known again where an earlier version has written it down', async () => {
  const folder = newFolder();
  const model = { id: 'm', weights: path.join(folder, 'weights'), card: path.join(folder, 'card.json') };
  writeFileSync(model.weights, 'weights');
  writeFileSync(model.card, '{}');
  expect(await hashSetup(model, { task: 'segment', model: 'm', formats: ['labels', 'csv'] }, { languageModel: true })).toBe('7f2b6b8631e0b4fca00141675a8f95043a1ac43f77fda8a979e3da0e191682b9');
  expect(await hashSetup(model, { task: 'transcribe', formats: ['txt'] }, { languageModel: false })).toBe('2fac7e2e1dcdcaa750a1e95775d5b878375e294bfff19b407dcd11237d133b2d');
  expect(await hashSetup(model, { task: 'classify', formats: ['json'], top: 7 }, { languageModel: true })).toBe('22eeaf5c2ce2683e7f8bb7a47132f8dbcf43192f2ac0b015b280ceefeefa2480');
});
