import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkInputFile } from '../../main/fs/input-file';
import { checkOutputFolder, OutputFolders } from '../../main/fs/output-folder';
import { writeStaged } from '../../main/fs/staging';
import { readError, writeError } from '../../main/fs/system-errors';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const systemError = (code: string) => Object.assign(new Error(code), { code });

it('tells apart what can be wrong with an input', async () => {
  const folder = newFolder();
  const file = path.join(folder, 'naïve 文件 🎤.wav');
  await expect(checkInputFile(file)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  writeFileSync(file, '');
  await expect(checkInputFile(file)).rejects.toMatchObject({ code: 'EMPTY_FILE' });
  await expect(checkInputFile(path.join(file, 'below'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(checkInputFile(folder)).rejects.toMatchObject({ code: 'NOT_A_FILE' });
  writeFileSync(file, 'x');
  await expect(checkInputFile(file)).resolves.toMatchObject({ size: 1 });
});

it.skipIf(process.platform === 'win32')('does not read from a device', async () => {
  await expect(checkInputFile('/dev/null')).rejects.toMatchObject({ code: 'NOT_A_FILE' });
});

it('accepts an output folder that is there or can be made, and refuses one under a file', async () => {
  const folder = newFolder();
  await expect(checkOutputFolder(folder)).resolves.toBeUndefined();
  await expect(checkOutputFolder(path.join(folder, 'a', 'b'))).resolves.toBeUndefined();
  writeFileSync(path.join(folder, 'file'), 'x');
  await expect(checkOutputFolder(path.join(folder, 'file'))).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  await expect(checkOutputFolder(path.join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
});

it('does not look at an output folder that has just taken results, for one job', async () => {
  const folder = path.join(newFolder(), 'out');
  const folders = new OutputFolders();
  folders.took(folder);
  writeFileSync(folder, 'a file now');
  await expect(folders.check(folder)).resolves.toBeUndefined();
  await expect(folders.check(folder)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  folders.took(path.dirname(folder));
  await expect(folders.check(folder)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
});

it.skipIf(process.platform !== 'linux')('says so when only the writing shows that a folder cannot be written, as root finds', async () => {
  await expect(writeStaged('/proc/mamba/file', 'x')).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
});

it('several files at once create the folders that they share', async () => {
  for (let round = 0; round < 10; round++) {
    const deep = path.join(newFolder(), 'a', 'b', 'c');
    await Promise.all(['1', '2', '3', '4'].map((name) => writeStaged(path.join(deep, name), name)));
    expect(readdirSync(deep)).toEqual(['1', '2', '3', '4']);
  }
});

it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('refuses an output folder without permission', async () => {
  const folder = path.join(newFolder(), 'closed');
  mkdirSync(folder, { mode: 0o555 });
  await expect(checkOutputFolder(folder)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
});

it('translates system errors by what was being done', () => {
  expect(readError(systemError('EACCES'), 'f')).toMatchObject({ code: 'NO_ACCESS' });
  expect(writeError(systemError('EACCES'), 'f')).toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  expect(writeError(systemError('ENOSPC'), 'f')).toMatchObject({ code: 'DISK_FULL' });
  expect(writeError(systemError('EROFS'), 'f')).toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  const other = new Error('something else');
  expect(readError(other, 'f')).toBe(other);
  expect(writeError(other, 'f')).toBe(other);
});
