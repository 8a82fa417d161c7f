import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { bundledIds, DEFAULT_MODELS, findModel, findModelFor } from '../../main/library/bundled';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();

it('knows the bundled models, each task its default among them', async () => {
  const ids = await bundledIds();
  expect(ids).toContain(DEFAULT_MODELS.segment);
  expect(ids).toContain(DEFAULT_MODELS.transcribe);
  for (const id of ids) expect((await findModel(id)).card.id).toBe(id);
});

it('takes the path of a folder, whatever its name', async () => {
  const folder = path.join(newFolder(), 'mein Modell 模型');
  cpSync('models/bundled/nuclei', folder, { recursive: true });
  const { files } = await findModelFor('segment', folder);
  expect(files).toEqual({ id: 'nuclei', card: path.join(folder, 'card.json'), weights: path.join(folder, 'model.safetensors') });
});

it('says what is wrong with a name, a task, a folder and a card', async () => {
  await expect(findModel('nucleus')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL', hint: expect.stringContaining('nuclei') });
  await expect(findModel('../bundled')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  await expect(findModelFor('transcribe', 'nuclei')).rejects.toMatchObject({ code: 'WRONG_TASK' });
  const folder = newFolder();
  await expect(findModel(folder)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringContaining('card.json') });
  const card = path.join(folder, 'card.json');
  writeFileSync(card, readFileSync('models/bundled/nuclei/card.json', 'utf8').slice(0, 50));
  await expect(findModel(folder)).rejects.toMatchObject({ code: 'BAD_CARD' });
  writeFileSync(card, '{}');
  await expect(findModel(folder)).rejects.toMatchObject({ code: 'BAD_CARD' });
});
