import { expect, it } from 'vitest';
import { hashSetup } from '../../../main/jobs/batch/item-key';
import { findModelFor } from '../../../main/library/bundled';

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
