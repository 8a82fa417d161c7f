import path from 'node:path';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCli } from '../support/command-line';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();

it('adds, lists, tests and removes a model', async () => {
  const [dataDir, folder] = [newFolder(), newFolder()];
  cpSync('models/bundled/nuclei', folder, { recursive: true });
  const card = path.join(folder, 'card.json');
  writeFileSync(card, JSON.stringify({ ...(JSON.parse(readFileSync(card, 'utf8')) as object), id: 'mine' }));
  const models = (...args: string[]) => runCli(['models', ...args, '--data-dir', dataDir]);

  expect(await models('add', folder)).toMatchObject({ exitCode: 0, stdout: 'Installed Cell nuclei for segment as mine\n', stderr: '' });
  expect((await models('list')).stdout).toMatch(/^mine +segment /m);
  expect((await models('info', 'mine')).stdout).toMatch(/^Cell nuclei \(mine/);
  expect(await models('test', 'mine')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^mine: works .* finite/) });

  writeFileSync(path.join(dataDir, 'models', 'mine', 'model.safetensors'), 'rubbish');
  expect(await models('test', 'mine')).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('FAILED') });
  expect(await models('remove', 'mine')).toMatchObject({ exitCode: 0 });
  expect(readdirSync(path.join(dataDir, 'models'))).toEqual([]);
  expect((await models('list')).stdout).not.toContain('mine');
});

it('shows what could be installed, and says what is wrong', async () => {
  const dataDir = newFolder();
  const models = (...args: string[]) => runCli(['models', ...args, '--data-dir', dataDir]);
  expect((await models('list')).stdout).not.toContain('dvmsr');
  expect((await models('list', '--all')).stdout).toMatch(/^dvmsr +upscale +to install/m);
  expect(await models('add', 'README.md')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('BAD_CHECKPOINT') });
  expect(await models('add', 'absent.pth')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('FILE_NOT_FOUND') });
  expect(await models('remove', 'nuclei')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('NOT_ALLOWED') });
  expect(await models('test', 'unheard-of')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('UNKNOWN_MODEL') });
});
