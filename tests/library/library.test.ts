import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelEntry, type ModelEntry } from '../../main/contract/library';
import { SUFFIXES } from '../../main/contract/media';
import { defaultSettings, type Settings } from '../../main/contract/settings';
import { catalogue, type CatalogueEntry } from '../../main/library/catalogue';
import { Library, type LibraryOptions } from '../../main/library/library';
import { serveFiles, type ServedFile } from '../support/file-server';
import { realHost } from '../support/services';
import { readShared, sharedMissing, sharedPath } from '../support/shared-files';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const host = realHost();
const DVMSR = 'weights/DVMSR/team07_DVMSR.pth';
const missing = sharedMissing(DVMSR) ?? '';

function open({ dataDir = newFolder(), settings = {}, ...more }: Partial<Omit<LibraryOptions, 'settings'>> & { settings?: Partial<Settings> } = {}) {
  const news: ModelEntry[][] = [];
  const warnings: string[] = [];
  const library = new Library({
    dataDir, host, settings: { get: () => ({ ...defaultSettings, threads: 1, ...settings }) },
    onChange: (entries) => news.push(entries), warn: (message) => warnings.push(message), download: { tries: 2, pauseMs: 10, stallMs: 60_000 }, ...more,
  });
  const entry = async (id: string) => (await library.list()).find((model) => model.id === id);
  return { library, dataDir, news, warnings, entry };
}

/** A copy of a bundled model under another name. */
function modelFolder(id = 'mine', name = 'nuclei'): string {
  const folder = path.join(newFolder(), 'model');
  cpSync(path.resolve('models/bundled', name), folder, { recursive: true });
  const card = path.join(folder, 'card.json');
  writeFileSync(card, JSON.stringify({ ...(JSON.parse(readFileSync(card, 'utf8')) as object), id }));
  return folder;
}

describe('listing', () => {
  it('shows bundled models as defaults, and the catalogue as what can be had', async () => {
    const { library } = open();
    const entries = await library.list();
    for (const entry of entries) modelEntry.parse(entry);
    expect(entries.filter(({ isDefault }) => isDefault).map(({ id, task, origin }) => [id, task, origin])).toEqual([['nuclei', 'segment', 'bundled'], ['speech-en', 'transcribe', 'bundled']]);
    expect(entries.filter(({ origin }) => origin === 'catalogue').map(({ id }) => id)).toEqual(catalogue.map(({ id }) => id));
    expect(entries.find(({ id }) => id === 'nuclei')).toMatchObject({ bytes: statSync('models/bundled/nuclei/model.safetensors').size, figures: expect.arrayContaining([expect.objectContaining({ metric: 'AP at IoU 0.5, mean over images' })]) });
  });

  it('honours the user\'s default, and falls back where it is gone', async () => {
    const { library, dataDir } = open();
    await library.import(modelFolder());
    expect((await library.findFor('segment')).card.id).toBe('nuclei');
    const { library: choosing } = open({ dataDir, settings: { models: { segment: 'mine', transcribe: 'gone' } } });
    expect((await choosing.findFor('segment')).card.id).toBe('mine');
    expect((await choosing.findFor('transcribe')).card.id).toBe('speech-en');
    expect((await choosing.list()).filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual(['speech-en', 'mine']);
    expect((await choosing.findFor('segment', 'nuclei')).card.id).toBe('nuclei');
  });

  it('finds models by id only', async () => {
    const { library } = open();
    for (const id of [modelFolder(), '../models', '..', '', 'nucleus', '/etc']) await expect(library.find(id)).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
    await expect(library.find('dvmsr')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL', hint: expect.stringContaining('catalogue') });
    await expect(library.findFor('enhance')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
    await expect(library.findFor('transcribe', 'nuclei')).rejects.toMatchObject({ code: 'WRONG_TASK' });
  });

  it('keeps a speech model\'s language file with it, and refuses to open the model with another', async () => {
    const { library, dataDir } = open();
    const { id } = await library.import(modelFolder('talks', 'speech-en'));
    const kept = path.join(dataDir, 'models', id, 'language.safetensors');
    expect(readFileSync(kept).equals(readFileSync('models/bundled/speech-en/language.safetensors'))).toBe(true);
    writeFileSync(kept, 'x', { flag: 'a' });
    expect(await library.selfTest(id)).toMatchObject({ ok: false, message: expect.stringContaining('checksum') });
    const without = modelFolder('mute', 'speech-en');
    rmSync(path.join(without, 'language.safetensors'));
    await expect(library.import(without)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('leaves a damaged model out and says so', async () => {
    const { library, dataDir, warnings } = open();
    await library.import(modelFolder());
    writeFileSync(path.join(dataDir, 'models', 'mine', 'card.json'), '{');
    expect((await library.list()).some(({ id }) => id === 'mine')).toBe(false);
    expect(warnings.join()).toContain('mine');
  });
});

describe('import and removal', () => {
  it('copies a model, so that the original may go; a second Library sees it', async () => {
    const { library, dataDir, news } = open();
    const folder = modelFolder();
    expect(await library.import(folder)).toMatchObject({ id: 'mine', origin: 'installed', source: 'model', task: 'segment', isDefault: false });
    const { files } = await open({ dataDir }).library.find('mine');
    expect(files.weights.startsWith(path.join(dataDir, 'models', 'mine'))).toBe(true);
    expect(readFileSync(files.weights).equals(readFileSync(path.join(folder, 'model.safetensors')))).toBe(true);
    await expect.poll(() => news.at(-1)?.some(({ id }) => id === 'mine')).toBe(true);
  });

  it('gives another name where one is taken, and copies nothing twice', async () => {
    const { library, dataDir } = open();
    const [first, second] = await Promise.all([library.import(modelFolder('nuclei')), library.import(modelFolder('nuclei', 'nuclei'))]);
    expect([first.id, second.id]).toEqual(['nuclei-2', 'nuclei-2']);
    expect((await library.import(modelFolder('nuclei', 'speech-en'))).id).toBe('nuclei-3');
    expect(readdirSync(path.join(dataDir, 'models')).sort()).toEqual(['nuclei-2', 'nuclei-3']);
  });

  it('refuses what is no model and leaves nothing', async () => {
    const { library, dataDir } = open();
    await expect(library.import(path.resolve('README.md'))).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
    await expect(library.import('/nowhere/model.pth')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(readdirSync(path.join(dataDir, 'models'))).toEqual([]);
  });

  it('removes the user\'s own models only, with their measurements', async () => {
    const { library, dataDir, entry } = open();
    await library.import(modelFolder('mine', 'speech-en'));
    expect((await library.measure('mine')).unit).toBe('x real time');
    expect((await entry('mine'))!.measured!.speed).toBeGreaterThan(0);
    expect((await open({ dataDir }).entry('mine'))!.measured).toMatchObject({ threads: 1 });
    await library.remove('mine');
    expect(await entry('mine')).toBeUndefined();
    expect(readFileSync(path.join(dataDir, 'measurements.json'), 'utf8')).toBe('{}\n');
    expect(readdirSync(path.join(dataDir, 'models'))).toEqual([]);
    await expect(library.remove('nuclei')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    for (const id of ['mine', 'dvmsr', '..', '']) await expect(library.remove(id)).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  });

  it('removes a model while the child has it open', async () => {
    const { library } = open();
    await library.import(modelFolder('mine', 'speech-en'));
    const testing = library.selfTest('mine');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await library.remove('mine');
    expect((await testing).seconds).toBeGreaterThan(0); // ended, well or not
    await expect(library.selfTest('mine')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  });

  it('reports weights that were damaged after the import as a failed self-test', async () => {
    const { library } = open();
    await library.import(modelFolder());
    expect(await library.selfTest('mine')).toMatchObject({ ok: true });
    writeFileSync((await library.find('mine')).files.weights, 'rubbish');
    expect(await library.selfTest('mine')).toMatchObject({ ok: false, message: expect.stringContaining('safetensors') });
  });
});

describe.skipIf(missing)(`installation ${missing}`, () => {
  const entryFor = (url: string, id = 'dvmsr'): CatalogueEntry => ({ ...(catalogue.find((entry) => entry.id === 'dvmsr') as Extract<CatalogueEntry, { bytes: number }>), id, url });

  async function setUp(served: Partial<ServedFile> = {}, dataDir = newFolder()) {
    const { url, requests } = await serveFiles({ 'a/team07_DVMSR.pth': { bytes: readShared(DVMSR), ...served } });
    return { ...open({ dataDir, catalogue: [entryFor(url('a/team07_DVMSR.pth'))] }), requests };
  }

  it('downloads, checks, recognises and describes a published checkpoint', async () => {
    const { library, dataDir, news, entry } = await setUp();
    const [installed] = await Promise.all([library.install('dvmsr'), library.install('dvmsr')]);
    expect(installed).toMatchObject({ id: 'dvmsr', name: 'DVMSR', origin: 'installed', licence: 'MIT', task: 'upscale', isDefault: true, source: expect.stringContaining('github.com') });
    expect(readdirSync(path.join(dataDir, 'downloads'))).toEqual([]);
    expect((await library.list()).filter(({ origin }) => origin === 'catalogue')).toEqual([]);
    expect(news.some((entries) => entries.some(({ installing }) => installing !== null))).toBe(true);
    expect((await library.findFor('upscale')).card.architecture).toBe('dvmsr');
    expect(await library.selfTest('dvmsr')).toMatchObject({ ok: true });
    await library.remove('dvmsr');
    expect(await entry('dvmsr')).toMatchObject({ origin: 'catalogue', installing: null });
  });

  it('goes on after a break, also after a restart', async () => {
    const broken = await setUp({ breakAfter: 900_000 });
    await broken.library.install('dvmsr');
    expect(broken.requests).toHaveLength(2);
    const { dataDir } = await setUp();
    mkdirSync(path.join(dataDir, 'downloads'));
    writeFileSync(path.join(dataDir, 'downloads', 'dvmsr.pth'), readShared(DVMSR).subarray(0, 500_000));
    const again = await setUp({}, dataDir);
    await again.library.install('dvmsr');
    expect(again.requests).toEqual(['bytes=500000-']);
  });

  it('is ended by remove, which drops what has come; close keeps it', async () => {
    for (const how of ['remove', 'close'] as const) {
      const { library, dataDir, entry } = await setUp({ stall: true });
      const installing = library.install('dvmsr');
      const outcome = expect(installing).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect.poll(async () => (await entry('dvmsr'))!.installing).toBeGreaterThan(0);
      await (how === 'remove' ? library.remove('dvmsr') : library.close());
      await outcome;
      expect(await entry('dvmsr')).toMatchObject({ origin: 'catalogue', installing: null });
      expect(existsSync(path.join(dataDir, 'downloads', 'dvmsr.pth'))).toBe(how === 'close');
    }
  });

  it('installs a file of which only its server knows the size', async () => {
    const { url, requests } = await serveFiles({ 'a/team07_DVMSR.pth': { bytes: readShared(DVMSR) } });
    const { bytes, sha256, ...entry } = entryFor(url('a/team07_DVMSR.pth')) as Extract<CatalogueEntry, { bytes: number }>;
    const { library } = open({ catalogue: [entry] });
    expect(await library.install('dvmsr')).toMatchObject({ id: 'dvmsr', bytes });
    expect(requests).toEqual(['bytes=0-0', '']);
    expect(JSON.parse(readFileSync(path.join((await library.find('dvmsr')).files.weights, '../origin.json'), 'utf8'))).toMatchObject({ sha256 });
  });

  it('refuses a file that is not the published one', async () => {
    const bytes = readShared(DVMSR);
    bytes[1000]! ^= 1;
    const { library, entry } = await setUp({ bytes });
    await expect(library.install('dvmsr')).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
    expect(await entry('dvmsr')).toMatchObject({ origin: 'catalogue', installing: null });
    await expect(library.install('unheard-of')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  });

  it('takes a file of the catalogue that is imported for what it is, once', async () => {
    const { library } = open();
    const file = path.join(newFolder(), 'renamed.pth');
    copyFileSync(sharedPath(DVMSR), file);
    expect(await library.import(file)).toMatchObject({ id: 'dvmsr', name: 'DVMSR', licence: 'MIT', origin: 'installed', source: 'renamed.pth', isDefault: true });
    expect(await library.import(file, 'other name.pth')).toMatchObject({ id: 'dvmsr' });
    expect((await library.list()).filter(({ id }) => id.startsWith('dvmsr'))).toHaveLength(1);
  });

  it('does not let another import take the name of an offered model', async () => {
    const { library } = open();
    expect(await library.import(modelFolder('dvmsr'))).toMatchObject({ id: 'dvmsr-2', source: 'model' });
  });
});

describe('catalogue', () => {
  const local: Record<string, string> = {
    atennuate: 'aTENNuate/weights.pt', dvmsr: 'DVMSR/team07_DVMSR.pth', pfvm: 'PFVM/team34_PFVM.pth', 'cleanumamba-200k': 'CleanUMamba/CleanUMamba-3N-E8_pruned-200K.pkl',
    'cleanumamba-experiment': 'CleanUMamba/Experiment_CleanU_Mamba.pkl', 'cleanumamba2-experiment': 'CleanUMamba/Experiment_CleanU_Mamba2.pkl',
  };
  const absent = sharedMissing(...Object.values(local).map((file) => `weights/${file}`)) ?? '';

  it.skipIf(absent)(`has the size and checksum of the published files ${absent}`, () => {
    for (const [id, file] of Object.entries(local)) {
      const bytes = readShared(`weights/${file}`);
      expect(catalogue.find((entry) => entry.id === id), id).toMatchObject({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    }
  });

  it('offers each model once, over https, as files that can also be picked by hand', () => {
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
    for (const entry of catalogue) {
      expect(new URL(entry.page).protocol).toBe('https:');
      if ('byHand' in entry) continue;
      if ('url' in entry) expect(new URL(entry.url).protocol).toBe('https:');
      else expect(entry.hub.startsWith(`hf:${new URL(entry.page).pathname.slice(1)}/`)).toBe(true);
      expect(SUFFIXES.model).toContain(path.extname('url' in entry ? entry.url : entry.hub).slice(1));
    }
  });

  it('sends the user to the page of what cannot be downloaded by a program', async () => {
    const { library, entry } = open();
    expect(await entry('spmamba')).toMatchObject({ byHand: true, bytes: null, source: expect.stringContaining('github.com/JusperLee/SPMamba') });
    await expect(library.install('spmamba')).rejects.toMatchObject({ code: 'NOT_AVAILABLE', hint: expect.stringContaining('https://github.com/JusperLee/SPMamba/releases') });
  });
});
