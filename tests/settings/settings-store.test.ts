import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../main/contract/settings';
import { SettingsStore } from '../../main/settings/settings-store';
import { temporaryFolders } from '../support/temporary-folder';

const folder = temporaryFolders();

async function open(file: string) {
  const warnings: string[] = [];
  return { store: await SettingsStore.open(file, (message) => warnings.push(message)), warnings };
}

describe('SettingsStore', () => {
  it('begins with the defaults, without a warning and without a file', async () => {
    const file = path.join(folder(), 'data', 'settings.json');
    const { store, warnings } = await open(file);
    expect(store.get()).toEqual(defaultSettings);
    expect(warnings).toEqual([]);
  });

  it('a change touches only what it names, is on the disk, and is told', async () => {
    const file = path.join(folder(), 'data', 'settings.json');
    const { store } = await open(file);
    const told: string[] = [];
    const end = store.onChange(({ theme }) => told.push(theme));
    await store.set({ theme: 'dark', threads: 3 });
    await store.set({ language: 'de', theme: undefined });
    expect((await open(file)).store.get()).toEqual({ ...defaultSettings, theme: 'dark', threads: 3, language: 'de' });
    end();
    await store.set({ theme: 'light' });
    expect(told).toEqual(['dark', 'dark']);
  });

  it.each([{ theme: 'pink' }, { threads: -1 }, { threads: 1.5 }, { models: { fly: 'x' } }, { micrometresPerPixel: 0 }, { themes: 'dark' }, { theme: 'dark', language: 'xx' }])('refuses %j and changes nothing', async (patch) => {
    const file = path.join(folder(), 'data', 'settings.json');
    const { store } = await open(file);
    await store.set({ theme: 'light' });
    await expect(store.set(patch as never)).rejects.toMatchObject({ code: 'BAD_USAGE' });
    expect(store.get()).toEqual({ ...defaultSettings, theme: 'light' });
    expect((await open(file)).store.get()).toEqual({ ...defaultSettings, theme: 'light' });
  });

  it('changes at the same time lose none', async () => {
    const file = path.join(folder(), 'settings.json');
    const { store } = await open(file);
    await Promise.all([store.set({ theme: 'dark' }), store.set({ threads: 5 }), store.set({ welcomed: true }), store.set({ models: { segment: 'a' } })]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ theme: 'dark', threads: 5, welcomed: true, models: { segment: 'a' } });
    expect(readdirSync(path.dirname(file))).toEqual(['settings.json']); // no temporary file stays
  });

  it.each(['', '{"theme":', 'null', '[]', '"dark"', '\0\0\0\0', '{"theme":"dark"}}'])('a damaged file (%j) gives the defaults, and is kept', async (text) => {
    const file = path.join(folder(), 'settings.json');
    writeFileSync(file, text);
    const { store, warnings } = await open(file);
    expect(store.get()).toEqual(defaultSettings);
    expect(warnings).toHaveLength(1);
    const [kept] = readdirSync(path.dirname(file));
    expect(readFileSync(path.join(path.dirname(file), kept!), 'utf8')).toBe(text);
    await store.set({ theme: 'dark' });
    expect(readdirSync(path.dirname(file))).toHaveLength(2);
  });

  it('a field that does not fit costs that field only; unknown ones of a newer version are no damage', async () => {
    const file = path.join(folder(), 'settings.json');
    writeFileSync(file, '\ufeff{"theme":"pink","threads":-4,"language":"es","models":{"fly":"x"},"future":true}');
    const { store, warnings } = await open(file);
    expect(store.get()).toEqual({ ...defaultSettings, language: 'es' });
    expect(warnings).toEqual([]);
  });

  it('what cannot be written is an error, and nothing has changed', async () => {
    const file = path.join(folder(), 'a-file', 'settings.json');
    writeFileSync(path.dirname(file), '');
    const { store } = await open(file);
    await expect(store.set({ theme: 'dark' })).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(store.get().theme).toBe('system');
  });

  it('a file that may not be read gives the defaults, and is not touched', { skip: process.getuid?.() === 0 }, async () => {
    const file = path.join(folder(), 'settings.json');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '{"theme":"dark"}');
    chmodSync(file, 0);
    const { store, warnings } = await open(file);
    expect(store.get()).toEqual(defaultSettings);
    expect(warnings).toHaveLength(1);
  });
});
